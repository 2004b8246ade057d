// Losses for supervised fitting. Of one example, with prediction a (or logits z) and target y, each
// is a number C; of a batch, the sum of C over its columns times a weight. A weight of 1 / N gives
// the mean over a batch of N, also where N is cut into tiles, each evaluated with that weight.
//
// Which form is which in the survey: squared_error is its eq. 2.15 and, with weight 1 / N, 2.41;
// mean_squared_error of one output is 2.4; softmax_cross_entropy is 2.42 of the softmax 2.40. The
// prediction always comes first: the hat marks the prediction in 2.4, the label in 2.41 and 2.42.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/nn/real.h"

namespace doggo::agent {

struct Loss {
  std::string_view name;
  int outputs_per_target;  // rows of the prediction for each row of the target
  bool of_probabilities;   // targets lie in [0, 1], the prediction holds logits
  // Returns weight * sum over the columns of C, writes weight * dC/dprediction; the sum is taken in
  // double, in index order. target (k x n); prediction, dprediction (k outputs_per_target x n).
  // Allocates nothing.
  Real (*evaluate)(const ConstMatrixRef& prediction, const ConstMatrixRef& target, Real weight,
                   MatrixRef dprediction);
  std::string_view meaning;  // C, in words
};

// Adding one is a function and a row in loss.cc.
std::span<const Loss> Losses();

std::vector<std::string> LossNames();

// Throws std::invalid_argument naming the known ones.
const Loss& FindLoss(std::string_view name);

// gaussian_nll: the network's second half goes through SmoothLogStd with these bounds before it is
// the logarithm of the standard deviation. For targets of standard deviation about 1.
inline constexpr Real kPredictedLogStdLow = -5, kPredictedLogStdHigh = 2;

// Share of the columns in which prediction and target have their largest element in the same row,
// of equals the lowest. A single row is yes or no: a logit above 0, a target above 1/2.
double Accuracy(const ConstMatrixRef& prediction, const ConstMatrixRef& target);

}  // namespace doggo::agent
