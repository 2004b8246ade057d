#include "agent/nn/activation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <stdexcept>

#include "agent/nn/exp_minus_one.h"
#include "agent/nn/softmax.h"

// Written in packets (Eigen's numbers of one register), so that every element goes through the same
// instructions wherever it lies: Eigen's own loops treat the ends of an array apart, and with other
// functions.
namespace doggo::agent {
namespace {

using namespace Eigen::internal;
using Eigen::Index;
using Packet = packet_traits<Real>::type;
constexpr Index kPacket = packet_traits<Real>::size;

// y = phi(y), dy = phi(y, dy), `size` numbers one after another.
template <typename Function>
void ForEachPacket(Real* y, Index size, Function phi) {
  Index i = 0;
  for (; i + kPacket <= size; i += kPacket) pstoreu(y + i, phi(ploadu<Packet>(y + i)));
  if (i == size) return;
  alignas(64) Real rest[kPacket] = {};
  std::copy_n(y + i, size - i, rest);
  pstore(rest, phi(pload<Packet>(rest)));
  std::copy_n(rest, size - i, y + i);
}
template <typename Function>
void ForEachPacket(const Real* y, Real* dy, Index size, Function phi) {
  Index i = 0;
  for (; i + kPacket <= size; i += kPacket) {
    pstoreu(dy + i, phi(ploadu<Packet>(y + i), ploadu<Packet>(dy + i)));
  }
  if (i == size) return;
  alignas(64) Real rest[kPacket] = {}, drest[kPacket] = {};
  std::copy_n(y + i, size - i, rest);
  std::copy_n(dy + i, size - i, drest);
  pstore(drest, phi(pload<Packet>(rest), pload<Packet>(drest)));
  std::copy_n(drest, size - i, dy + i);
}

// The same for matrices: at once where the columns touch, else column by column.
template <typename Function>
void Forward(MatrixRef y, Function phi) {
  if (y.outerStride() == y.rows()) return ForEachPacket(y.data(), y.size(), phi);
  for (Index i = 0; i < y.cols(); ++i) ForEachPacket(y.col(i).data(), y.rows(), phi);
}
template <typename Function>
void Backward(const ConstMatrixRef& y, MatrixRef dy, Function phi) {
  assert(y.rows() == dy.rows() && y.cols() == dy.cols());
  if (y.outerStride() == y.rows() && dy.outerStride() == dy.rows()) {
    return ForEachPacket(y.data(), dy.data(), dy.size(), phi);
  }
  for (Index i = 0; i < dy.cols(); ++i) {
    ForEachPacket(y.col(i).data(), dy.col(i).data(), dy.rows(), phi);
  }
}

Packet Zero() { return pset1<Packet>(0); }
Packet One() { return pset1<Packet>(1); }

void IdentityForward(MatrixRef) {}
void IdentityBackward(const ConstMatrixRef&, MatrixRef) {}

// y = z for z > 0, e^z - 1 otherwise;  dy/dz = 1 for y > 0, y + 1 otherwise.
// Clevert, Unterthiner, Hochreiter 2016, with alpha = 1.
void EluForward(MatrixRef y) {
  Forward(y, [](const Packet& z) { return padd(pmax(z, Zero()), ExpMinusOne(pmin(z, Zero()))); });
}
void EluBackward(const ConstMatrixRef& y, MatrixRef dy) {
  Backward(y, dy, [](const Packet& y_i, const Packet& dy_i) {
    return pmul(dy_i, padd(pmin(y_i, Zero()), One()));
  });
}

// dy/dz = 1 - y^2.
Packet Tanh(const Packet& z) {
  if constexpr (packet_traits<Real>::HasTanh) {
    return ptanh(z);
  } else {
    alignas(64) Real y[kPacket];
    pstore(y, z);
    for (Real& y_i : y) y_i = std::tanh(y_i);
    return pload<Packet>(y);
  }
}
void TanhForward(MatrixRef y) { Forward(y, Tanh); }
void TanhBackward(const ConstMatrixRef& y, MatrixRef dy) {
  Backward(y, dy, [](const Packet& y_i, const Packet& dy_i) {
    return pmul(dy_i, psub(One(), pmul(y_i, y_i)));
  });
}

// y = max(z, 0);  dy/dz = 1 for y > 0, 0 otherwise.
void ReluForward(MatrixRef y) {
  Forward(y, [](const Packet& z) { return pmax(z, Zero()); });
}
void ReluBackward(const ConstMatrixRef& y, MatrixRef dy) {
  Backward(y, dy,
           [](const Packet& y_i, const Packet& dy_i) { return pand(pcmp_lt(Zero(), y_i), dy_i); });
}

// y = z for z > 0, a z otherwise;  dy/dz = 1 for y > 0, a otherwise. Maas, Hannun, Ng 2013.
constexpr Real kLeak = Real(0.01);
void LeakyReluForward(MatrixRef y) {
  Forward(y, [](const Packet& z) { return pmax(z, pmul(pset1<Packet>(kLeak), z)); });
}
void LeakyReluBackward(const ConstMatrixRef& y, MatrixRef dy) {
  Backward(y, dy, [](const Packet& y_i, const Packet& dy_i) {
    return pmul(dy_i, pselect(pcmp_lt(Zero(), y_i), One(), pset1<Packet>(kLeak)));
  });
}

// y = z / (1 + |z|);  dy/dz = 1 / (1 + |z|)^2 = (1 - |y|)^2. Bergstra et al. 2009.
void SoftsignForward(MatrixRef y) {
  Forward(y, [](const Packet& z) { return pdiv(z, padd(One(), pabs(z))); });
}
void SoftsignBackward(const ConstMatrixRef& y, MatrixRef dy) {
  Backward(y, dy, [](const Packet& y_i, const Packet& dy_i) {
    const Packet root = psub(One(), pabs(y_i));
    return pmul(dy_i, pmul(root, root));
  });
}

// y = 1 / (1 + e^-z);  dy/dz = y (1 - y).
void SigmoidForward(MatrixRef y) {
  Forward(y, [](const Packet& z) { return pdiv(One(), padd(One(), pexp(pnegate(z)))); });
}
void SigmoidBackward(const ConstMatrixRef& y, MatrixRef dy) {
  Backward(y, dy, [](const Packet& y_i, const Packet& dy_i) {
    return pmul(dy_i, pmul(y_i, psub(One(), y_i)));
  });
}

// y_i = e^z_i / sum_j e^z_j;  J = diag(y) - y y^T:  dL/dz = y * (dL/dy - y . dL/dy).
void SoftmaxBackward(const ConstMatrixRef& y, MatrixRef dy) {
  for (Index k = 0; k < y.cols(); ++k) {
    Real mean = 0;  // plain sums: Eigen's depend on where a column lies
    for (Index i = 0; i < y.rows(); ++i) mean += y(i, k) * dy(i, k);
    for (Index i = 0; i < y.rows(); ++i) dy(i, k) = y(i, k) * (dy(i, k) - mean);
  }
}

// y_i = z_i - ln sum_j e^z_j;  J = I - 1 p^T, p = e^y:  dL/dz = dL/dy - p sum(dL/dy).
void LogSoftmaxBackward(const ConstMatrixRef& y, MatrixRef dy) {
  for (Index k = 0; k < y.cols(); ++k) {
    Real sum = 0;
    for (Index i = 0; i < y.rows(); ++i) sum += dy(i, k);
    for (Index i = 0; i < y.rows(); ++i) dy(i, k) -= std::exp(y(i, k)) * sum;
  }
}

// J dz = dz - 1 (p . dz)
void LogSoftmaxTangent(const ConstMatrixRef& y, MatrixRef dz) {
  for (Index k = 0; k < y.cols(); ++k) {
    Real mean = 0;
    for (Index i = 0; i < y.rows(); ++i) mean += std::exp(y(i, k)) * dz(i, k);
    for (Index i = 0; i < y.rows(); ++i) dz(i, k) -= mean;
  }
}

// Gains: He, Zhang, Ren, Sun 2015 (the rectifier; ELU, close to it, uses the same) and LeCun,
// Bottou, Orr, Mueller 1998 (tanh, 5/3 as in PyTorch's calculate_gain).
const Activation kActivations[] = {
    // name      forward          backward          gain
    {"identity", IdentityForward, IdentityBackward, 1.0},
    {"elu", EluForward, EluBackward, std::sqrt(2.0)},
    {"tanh", TanhForward, TanhBackward, 5.0 / 3.0},
    {"relu", ReluForward, ReluBackward, std::sqrt(2.0)},
    {"leaky_relu", LeakyReluForward, LeakyReluBackward, std::sqrt(2 / (1 + kLeak * kLeak))},
    {"sigmoid", SigmoidForward, SigmoidBackward, 1.0},
    {"softsign", SoftsignForward, SoftsignBackward, 1.0},
    {"softmax", Softmax, SoftmaxBackward, 1.0},
    {"log_softmax", LogSoftmax, LogSoftmaxBackward, 1.0, LogSoftmaxTangent},
};

}  // namespace

std::span<const Activation> Activations() { return kActivations; }

std::vector<std::string> ActivationNames() {
  std::vector<std::string> names;
  for (const Activation& activation : kActivations) names.emplace_back(activation.name);
  return names;
}

const Activation& FindActivation(std::string_view name) {
  for (const Activation& activation : kActivations) {
    if (activation.name == name) return activation;
  }
  throw std::invalid_argument(
      fmt::format("unknown activation '{}' (known: {})", name, fmt::join(ActivationNames(), ", ")));
}

}  // namespace doggo::agent
