#include "agent/nn/initializer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <Eigen/QR>
#include <cmath>
#include <stdexcept>

namespace doggo::agent {
namespace {

using Eigen::Index;

void FillNormal(double std, Random& random, MatrixRef W_T) {
  for (Index j = 0; j < W_T.cols(); ++j)
    for (Index i = 0; i < W_T.rows(); ++i) W_T(i, j) = static_cast<Real>(std * random.Normal());
}
void FillUniform(double limit, Random& random, MatrixRef W_T) {
  for (Index j = 0; j < W_T.cols(); ++j)
    for (Index i = 0; i < W_T.rows(); ++i)
      W_T(i, j) = static_cast<Real>(random.Uniform(-limit, limit));
}

double FanIn(const MatrixRef& W_T) { return static_cast<double>(W_T.rows()); }
double FanSum(const MatrixRef& W_T) { return static_cast<double>(W_T.rows() + W_T.cols()); }

// Variance 1 / fan_in; a uniform number within +-limit has the variance limit^2 / 3.
void LecunNormal(double gain, Random& random, MatrixRef W_T) {
  FillNormal(gain / std::sqrt(FanIn(W_T)), random, W_T);
}
void LecunUniform(double gain, Random& random, MatrixRef W_T) {
  FillUniform(gain * std::sqrt(3 / FanIn(W_T)), random, W_T);
}

// Variance 2 / fan_in: half of a rectifier's inputs are cut off.
void HeNormal(double gain, Random& random, MatrixRef W_T) {
  FillNormal(gain * std::sqrt(2 / FanIn(W_T)), random, W_T);
}
void HeUniform(double gain, Random& random, MatrixRef W_T) {
  FillUniform(gain * std::sqrt(6 / FanIn(W_T)), random, W_T);
}

// Variance 2 / (fan_in + fan_out): between what the forward and the backward pass want.
void XavierNormal(double gain, Random& random, MatrixRef W_T) {
  FillNormal(gain * std::sqrt(2 / FanSum(W_T)), random, W_T);
}
void XavierUniform(double gain, Random& random, MatrixRef W_T) {
  FillUniform(gain * std::sqrt(6 / FanSum(W_T)), random, W_T);
}

// Orthonormal columns (rows, where there are more columns than rows), uniformly distributed: Q of
// the QR decomposition of a Gaussian matrix, with the signs that make R's diagonal positive
// (Mezzadri 2007).
void Orthogonal(double gain, Random& random, MatrixRef W_T) {
  const bool is_wide = W_T.cols() > W_T.rows();
  const Index rows = std::max(W_T.rows(), W_T.cols()), columns = std::min(W_T.rows(), W_T.cols());
  Eigen::MatrixXd gaussian(rows, columns);
  for (Index j = 0; j < columns; ++j)
    for (Index i = 0; i < rows; ++i) gaussian(i, j) = random.Normal();
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(gaussian);
  Eigen::MatrixXd Q = qr.householderQ() * Eigen::MatrixXd::Identity(rows, columns);
  for (Index j = 0; j < columns; ++j)
    if (qr.matrixQR()(j, j) < 0) Q.col(j) = -Q.col(j);
  Q *= gain;
  if (is_wide) {
    W_T = Q.transpose().cast<Real>();
  } else {
    W_T = Q.cast<Real>();
  }
}

constexpr Initializer kInitializers[] = {
    {"lecun_normal", LecunNormal, "LeCun, Bottou, Orr, Mueller 1998"},
    {"lecun_uniform", LecunUniform, "LeCun, Bottou, Orr, Mueller 1998"},
    {"he_normal", HeNormal, "He, Zhang, Ren, Sun 2015 (Kaiming)"},
    {"he_uniform", HeUniform, "He, Zhang, Ren, Sun 2015 (Kaiming)"},
    {"xavier_normal", XavierNormal, "Glorot and Bengio 2010"},
    {"xavier_uniform", XavierUniform, "Glorot and Bengio 2010"},
    {"orthogonal", Orthogonal, "Saxe, McClelland, Ganguli 2014"},
};

}  // namespace

std::span<const Initializer> Initializers() { return kInitializers; }

std::vector<std::string> InitializerNames() {
  std::vector<std::string> names;
  for (const Initializer& initializer : kInitializers) names.emplace_back(initializer.name);
  return names;
}

const Initializer& FindInitializer(std::string_view name) {
  for (const Initializer& initializer : kInitializers)
    if (initializer.name == name) return initializer;
  throw std::invalid_argument(fmt::format("unknown initializer '{}' (known: {})", name,
                                          fmt::join(InitializerNames(), ", ")));
}

}  // namespace doggo::agent
