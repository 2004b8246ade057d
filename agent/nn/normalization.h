// Normalisation layers: batch normalisation, batch renormalisation, layer normalisation. Each has
// a scale gamma (initially 1) and a shift beta (initially 0) for every feature:
//   theta = [gamma, beta],   y = gamma x^ + beta
#pragma once

#include "agent/nn/layer.h"

namespace doggo::agent {

// Added to a variance, so that nothing is divided by zero.
inline constexpr Real kVarianceEpsilon = Real(1e-5);

// Batch normalisation (Ioffe and Szegedy 2015): each feature by its mean and variance over the
// batch, in evaluation by running ones: statistics = [mean, variance].
// Setting 0: the share kappa of the newest batch in the running statistics.
LayerSizes BatchNormSizes(int in, int out, int capacity);
void BatchNormForward(const LayerPass& pass, const ConstVectorRef& statistics, Random random,
                      const ConstMatrixRef& x, MatrixRef y);
void BatchNormBackward(const LayerPass& pass, const ConstMatrixRef& x, const ConstMatrixRef& y,
                       const ConstMatrixRef& dy, MatrixRef* dx, VectorRef dtheta);
void UpdateBatchStatistics(const Layer& layer, const ConstVectorRef& kept, int n,
                           VectorRef statistics);

// Batch renormalisation (Ioffe 2017): the batch's statistics, corrected towards the running ones as
// far as r_max (setting 0) and d_max (setting 1) let it; in evaluation as batch normalisation.
void BatchRenormForward(const LayerPass& pass, const ConstVectorRef& statistics, Random random,
                        const ConstMatrixRef& x, MatrixRef y);

// Layer normalisation (Ba, Kiros, Hinton 2016): each example by the mean and variance of its own
// features, in training and evaluation alike.
LayerSizes LayerNormSizes(int in, int out, int capacity);
void LayerNormForward(const LayerPass& pass, const ConstVectorRef& statistics, Random random,
                      const ConstMatrixRef& x, MatrixRef y);
void LayerNormBackward(const LayerPass& pass, const ConstMatrixRef& x, const ConstMatrixRef& y,
                       const ConstMatrixRef& dy, MatrixRef* dx, VectorRef dtheta);

}  // namespace doggo::agent
