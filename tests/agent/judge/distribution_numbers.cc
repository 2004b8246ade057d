#include "agent/nn/categorical.h"
#include "agent/nn/gaussian.h"
#include "agent/nn/squashed_gaussian.h"
#include "tests/agent/judge/numbers.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {

using test::RandomMatrix, test::RandomRow, test::RandomVector;

constexpr int kDim = 3, kSamples = 8;

Json GaussianNumbers() {
  const Matrix mean = RandomMatrix(kDim, kSamples, 301), mean_q = RandomMatrix(kDim, kSamples, 302);
  const Vector log_std = RandomVector(kDim, 303) * 0.5, log_std_q = RandomVector(kDim, 304) * 0.5;
  const Matrix action = mean + RandomMatrix(kDim, kSamples, 305);
  const RowVector upstream = RandomRow(kSamples, 306);
  RowVector log_prob(kSamples), squashed(kSamples), kl(kSamples);
  GaussianLogProb(mean, log_std, action, log_prob);
  SquashedGaussianLogProb(mean, log_std, action, squashed);
  GaussianKl(mean, log_std, mean_q, log_std_q, kl);
  Json json = {{"mean", Rows(mean)},
               {"log_std", List(log_std)},
               {"mean_q", Rows(mean_q)},
               {"log_std_q", List(log_std_q)},
               {"action", Rows(action)},
               {"upstream", List(upstream.transpose())},
               {"log_prob", List(log_prob.transpose())},
               {"squashed_log_prob", List(squashed.transpose())},
               {"entropy", GaussianEntropy(log_std)},
               {"kl", List(kl.transpose())}};

  // every gradient starts at zero: most functions add
  Matrix dmean, du;
  Vector dlog_std;
  const auto clear = [&] {
    dmean.setZero(kDim, kSamples);
    du.setZero(kDim, kSamples);
    dlog_std.setZero(kDim);
  };
  const auto gradients = [&] { return Json{{"mean", Rows(dmean)}, {"log_std", List(dlog_std)}}; };
  clear();
  GaussianLogProbBackward(mean, log_std, action, upstream, dmean, dlog_std);
  json["dlog_prob"] = gradients();
  clear();
  SquashedGaussianLogProbBackward(mean, log_std, action, upstream, dmean, dlog_std, du);
  json["dsquashed_log_prob"] = gradients();
  json["dsquashed_log_prob"]["action"] = Rows(du);
  clear();
  GaussianKlBackwardP(mean, log_std, mean_q, log_std_q, upstream, dmean, dlog_std);
  json["dkl_p"] = gradients();
  clear();
  GaussianKlBackwardQ(mean, log_std, mean_q, log_std_q, upstream, dmean, dlog_std);
  json["dkl_q"] = gradients();
  clear();
  GaussianEntropyBackward(upstream[0], dlog_std);
  json["dentropy"] = List(dlog_std);
  return json;
}

Json CategoricalNumbers() {
  constexpr int kClasses = 5;
  const Matrix p = RandomMatrix(kClasses, kSamples, 311), q = RandomMatrix(kClasses, kSamples, 312);
  const RowVector upstream = RandomRow(kSamples, 313);
  std::vector<int> choice(kSamples);
  for (int j = 0; j < kSamples; ++j) choice[static_cast<size_t>(j)] = j * 3 % kClasses;
  RowVector log_prob(kSamples), entropy(kSamples), kl(kSamples);
  CategoricalLogProb(p, choice, log_prob);
  CategoricalEntropy(p, entropy);
  CategoricalKl(p, q, kl);
  Matrix dlog_prob = Matrix::Zero(kClasses, kSamples), dentropy = dlog_prob, dkl_p = dlog_prob,
         dkl_q = dlog_prob;
  CategoricalLogProbBackward(p, choice, upstream, dlog_prob);
  CategoricalEntropyBackward(p, upstream, dentropy);
  CategoricalKlBackwardP(p, q, upstream, dkl_p);
  CategoricalKlBackwardQ(p, q, upstream, dkl_q);
  return {{"logits", Rows(p)},
          {"logits_q", Rows(q)},
          {"choice", choice},
          {"upstream", List(upstream.transpose())},
          {"log_prob", List(log_prob.transpose())},
          {"entropy", List(entropy.transpose())},
          {"kl", List(kl.transpose())},
          {"dlog_prob", Rows(dlog_prob)},
          {"dentropy", Rows(dentropy)},
          {"dkl_p", Rows(dkl_p)},
          {"dkl_q", Rows(dkl_q)}};
}

}  // namespace doggo::agent
