#include "agent/nn/action_distribution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "agent/nn/categorical.h"
#include "agent/nn/gaussian.h"

namespace doggo::agent {
namespace {

// Examples handled together; their rows of numbers live on the stack.
constexpr Eigen::Index kBlock = 256;
using BlockRow = Eigen::Matrix<Real, 1, Eigen::Dynamic, Eigen::RowMajor, 1, kBlock>;

template <typename Function>
void ForEachBlock(Eigen::Index n, Function function) {
  for (Eigen::Index begin = 0; begin < n; begin += kBlock)
    function(begin, std::min(kBlock, n - begin));
}

// The choices that a row of an action matrix names.
struct Choices {
  std::array<int, kBlock> index;
  Eigen::Index n;

  explicit Choices(const ConstMatrixRef& action) : n(action.cols()) {
    for (Eigen::Index i = 0; i < n; ++i) index[i] = static_cast<int>(action(0, i));
  }
  operator std::span<const int>() const { return {index.data(), static_cast<size_t>(n)}; }
};

}  // namespace

void LogProb(ActionDistribution d, const ConstMatrixRef& output, const ConstVectorRef& log_std,
             const ConstMatrixRef& action, RowVectorRef log_prob) {
  if (!d.is_discrete()) return GaussianLogProb(output, log_std, action, log_prob);
  ForEachBlock(output.cols(), [&](Eigen::Index begin, Eigen::Index n) {
    CategoricalLogProb(output.middleCols(begin, n), Choices(action.middleCols(begin, n)),
                       log_prob.segment(begin, n));
  });
}

void LogProbBackward(ActionDistribution d, const ConstMatrixRef& output,
                     const ConstVectorRef& log_std, const ConstMatrixRef& action,
                     const ConstRowVectorRef& dlog_prob, MatrixRef doutput, VectorRef dlog_std) {
  if (!d.is_discrete())
    return GaussianLogProbBackward(output, log_std, action, dlog_prob, doutput, dlog_std);
  ForEachBlock(output.cols(), [&](Eigen::Index begin, Eigen::Index n) {
    CategoricalLogProbBackward(output.middleCols(begin, n), Choices(action.middleCols(begin, n)),
                               dlog_prob.segment(begin, n), doutput.middleCols(begin, n));
  });
}

void KlDivergence(ActionDistribution d, const ConstMatrixRef& output_p,
                  const ConstVectorRef& log_std_p, const ConstMatrixRef& output_q,
                  const ConstVectorRef& log_std_q, RowVectorRef kl) {
  if (!d.is_discrete()) return GaussianKl(output_p, log_std_p, output_q, log_std_q, kl);
  CategoricalKl(output_p, output_q, kl);
}

void KlBackward(ActionDistribution d, const ConstMatrixRef& output_p,
                const ConstVectorRef& log_std_p, const ConstMatrixRef& output_q,
                const ConstVectorRef& log_std_q, const ConstRowVectorRef& dkl, MatrixRef doutput_q,
                VectorRef dlog_std_q) {
  if (!d.is_discrete())
    return GaussianKlBackwardQ(output_p, log_std_p, output_q, log_std_q, dkl, doutput_q,
                               dlog_std_q);
  CategoricalKlBackwardQ(output_p, output_q, dkl, doutput_q);
}

Real EntropyBackward(ActionDistribution d, const ConstMatrixRef& output,
                     const ConstVectorRef& log_std, Real weight, Real coefficient,
                     MatrixRef doutput, VectorRef dlog_std) {
  if (!d.is_discrete()) {
    // the derivative by ln sigma is 1
    const Real examples = weight * static_cast<Real>(output.cols());
    dlog_std.array() -= coefficient * examples;
    return examples * GaussianEntropy(log_std);
  }
  Real sum = 0;
  ForEachBlock(output.cols(), [&](Eigen::Index begin, Eigen::Index n) {
    BlockRow entropy(n);
    CategoricalEntropy(output.middleCols(begin, n), entropy);
    for (Eigen::Index i = 0; i < n; ++i) sum += entropy[i];
    entropy.setConstant(-coefficient * weight);
    CategoricalEntropyBackward(output.middleCols(begin, n), entropy, doutput.middleCols(begin, n));
  });
  return weight * sum;
}

void MultiplyByFisher(ActionDistribution d, const ConstMatrixRef& output,
                      const ConstVectorRef& log_std, MatrixRef v) {
  const Eigen::Index rows = output.rows();
  if (!d.is_discrete()) {
    for (Eigen::Index k = 0; k < rows; ++k) v.row(k) *= std::exp(-2 * log_std[k]);
    return;
  }
  // (diag(p) - p p^T) v = p * (v - p . v)
  for (Eigen::Index i = 0; i < output.cols(); ++i) {
    Real most = output(0, i), total = 0, mean = 0;
    for (Eigen::Index k = 1; k < rows; ++k) most = std::max(most, output(k, i));
    for (Eigen::Index k = 0; k < rows; ++k) total += std::exp(output(k, i) - most);
    for (Eigen::Index k = 0; k < rows; ++k) mean += std::exp(output(k, i) - most) / total * v(k, i);
    for (Eigen::Index k = 0; k < rows; ++k)
      v(k, i) = std::exp(output(k, i) - most) / total * (v(k, i) - mean);
  }
}

void SampleAction(ActionDistribution d, const ConstVectorRef& output, const ConstVectorRef& log_std,
                  Random random, VectorRef action) {
  if (!d.is_discrete()) return GaussianSample(output, log_std, random, action);
  action[0] = static_cast<Real>(CategoricalSample(output, random));
}

void LikeliestAction(ActionDistribution d, const ConstMatrixRef& output, MatrixRef action) {
  if (!d.is_discrete()) return GaussianMode(output, action);
  for (Eigen::Index i = 0; i < output.cols(); ++i)
    action(0, i) = static_cast<Real>(CategoricalMode(output.col(i)));
}

}  // namespace doggo::agent
