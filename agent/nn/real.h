// The number type of the learner's mathematics: float to train; double in a second build of the
// same sources, in which every derivative is checked against central differences. The inline
// namespace keeps the two builds from ever being linked into one program unnoticed.
#pragma once

#include <Eigen/Core>

namespace doggo::agent {

#ifdef DOGGO_REAL_IS_DOUBLE
inline namespace in_double {
using Real = double;
}
#else
inline namespace in_float {
using Real = float;
}
#endif

// Examples are columns everywhere: x is (features x examples).
using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;
using RowVector = Eigen::Matrix<Real, 1, Eigen::Dynamic>;

using MatrixRef = Eigen::Ref<Matrix>;  // any contiguous block of columns
using ConstMatrixRef = Eigen::Ref<const Matrix>;
using VectorRef = Eigen::Ref<Vector>;
using ConstVectorRef = Eigen::Ref<const Vector>;
using RowVectorRef = Eigen::Ref<RowVector>;
using ConstRowVectorRef = Eigen::Ref<const RowVector>;

}  // namespace doggo::agent
