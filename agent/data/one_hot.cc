#include "agent/data/one_hot.h"

#include <fmt/format.h>

#include <stdexcept>

#include "agent/nn/softmax.h"

namespace doggo::agent {

Matrix OneHot(std::span<const int> labels, int classes) {
  Matrix one_hot = Matrix::Zero(classes, static_cast<Eigen::Index>(labels.size()));
  for (size_t k = 0; k < labels.size(); ++k) {
    if (labels[k] < 0 || labels[k] >= classes) {
      throw std::invalid_argument(
          fmt::format("label {} of example {} is none of the {} classes, which count from 0",
                      labels[k], k, classes));
    }
    one_hot(labels[k], static_cast<Eigen::Index>(k)) = 1;
  }
  return one_hot;
}

std::vector<int> LabelsOf(const ConstMatrixRef& x) {
  std::vector<int> labels(static_cast<size_t>(x.cols()));
  for (size_t k = 0; k < labels.size(); ++k) {
    labels[k] = ArgMax(x.col(static_cast<Eigen::Index>(k)));
  }
  return labels;
}

}  // namespace doggo::agent
