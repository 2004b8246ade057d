#include "agent/nn/product.h"

#include <algorithm>
#include <array>
#include <cassert>

// Packets (the numbers of one register) are Eigen's, so that the code is the same for every
// instruction set. How the loops are cut: Goto and van de Geijn 2008, "Anatomy of high-performance
// matrix multiplication".
namespace doggo::agent {
namespace {

using Eigen::Index;
using Packet = Eigen::internal::packet_traits<Real>::type;
constexpr Index kPacket = Eigen::internal::packet_traits<Real>::size;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"  // of Packet, which the template needs not
using PacketSquare = Eigen::internal::PacketBlock<Packet, kPacket>;
#pragma GCC diagnostic pop

// A block of C is summed up in registers: 2 packets of rows by 6 columns. These 12 sums, 2 packets
// of A and 1 element of B fill the 16 registers of AVX2, and 12 independent sums hide the latency
// of a multiply-add.
constexpr int kBlockPackets = 2, kBlockColumns = 6;
constexpr Index kBlockRows = kBlockPackets * kPacket;

// A panel of A, the rows of one block, is copied together: half of the nearest cache (32 KiB).
constexpr Index kPanelDepth = 16384 / (kBlockRows * Index{sizeof(Real)});

struct Block {
  Index depth;
  const Real* a;  // row by row of A^T: the rows of one block for k = 0, for k = 1, ...
  const Real* b;
  Index b_row_stride, b_column_stride;
  const Real* c0;
  Index c0_stride;
  Real* c;
  Index c_stride;
};

// C = C0 + sum over k of A[:, k] B[k, :], for V packets of rows and N columns.
template <int V, int N>
void MultiplyBlock(const Block& block) {
  using namespace Eigen::internal;
  Packet sum[N][V];
  for (int n = 0; n < N; ++n) {
    for (int v = 0; v < V; ++v) {
      sum[n][v] = ploadu<Packet>(block.c0 + n * block.c0_stride + v * kPacket);
    }
  }
  const Real* a = block.a;
  const Real* b = block.b;
  for (Index k = 0; k < block.depth; ++k) {
    Packet a_k[V];
    for (int v = 0; v < V; ++v) a_k[v] = pload<Packet>(a + v * kPacket);
    for (int n = 0; n < N; ++n) {
      const Packet b_kn = pset1<Packet>(b[n * block.b_column_stride]);
      for (int v = 0; v < V; ++v) sum[n][v] = pmadd(a_k[v], b_kn, sum[n][v]);
    }
    a += V * kPacket;
    b += block.b_row_stride;
  }
  for (int n = 0; n < N; ++n) {
    for (int v = 0; v < V; ++v) pstoreu(block.c + n * block.c_stride + v * kPacket, sum[n][v]);
  }
}

template <int V>
void MultiplyBlock(Index columns, const Block& block) {
  static_assert(kBlockColumns == 6);
  switch (columns) {
    case 6:
      return MultiplyBlock<V, 6>(block);
    case 5:
      return MultiplyBlock<V, 5>(block);
    case 4:
      return MultiplyBlock<V, 4>(block);
    case 3:
      return MultiplyBlock<V, 3>(block);
    case 2:
      return MultiplyBlock<V, 2>(block);
    default:
      return MultiplyBlock<V, 1>(block);
  }
}

// The last rows of C may be fewer than a block's: then it is computed beside C.
template <int V>
void MultiplyPartialBlock(Index rows, Index columns, const Block& block) {
  constexpr Index kRows = V * kPacket;
  alignas(64) Real c[kRows * kBlockColumns] = {};
  for (Index n = 0; n < columns; ++n) {
    std::copy_n(block.c0 + n * block.c0_stride, rows, c + n * kRows);
  }
  Block beside = block;
  beside.c0 = beside.c = c;
  beside.c0_stride = beside.c_stride = kRows;
  MultiplyBlock<V>(columns, beside);
  for (Index n = 0; n < columns; ++n) {
    std::copy_n(c + n * kRows, rows, block.c + n * block.c_stride);
  }
}

// Copies A, V whole packets of rows each of which lies in order, as Pack does: squares of packets
// are turned in registers. Returns how many columns it has copied.
template <int V>
Index PackTurned(const StridedMatrix& A, Real* panel) {
  constexpr Index kRows = V * kPacket;
  Index k = 0;
  for (; k + kPacket <= A.cols(); k += kPacket) {
    for (int v = 0; v < V; ++v) {
      PacketSquare square;
      for (Index r = 0; r < kPacket; ++r) {
        square.packet[r] =
            Eigen::internal::ploadu<Packet>(A.data() + (v * kPacket + r) * A.innerStride() + k);
      }
      Eigen::internal::ptranspose(square);
      for (Index c = 0; c < kPacket; ++c)
        Eigen::internal::pstore(panel + (k + c) * kRows + v * kPacket, square.packet[c]);
    }
  }
  return k;
}

// Copies A (up to V packets of rows) so that what MultiplyBlock reads lies in order; rows that are
// not there are 0.
template <int V>
void Pack(const StridedMatrix& A, Real* panel) {
  constexpr Index kRows = V * kPacket;
  if (A.rows() < kRows) std::fill_n(panel, kRows * A.cols(), Real{0});
  if (A.innerStride() == 1 && A.rows() == kRows) {
    for (Index k = 0; k < A.cols(); ++k) {
      for (int v = 0; v < V; ++v) {
        const Real* a = A.data() + k * A.outerStride() + v * kPacket;
        Eigen::internal::pstore(panel + k * kRows + v * kPacket,
                                Eigen::internal::ploadu<Packet>(a));
      }
    }
  } else {
    const bool turned = A.outerStride() == 1 && A.rows() == kRows;
    for (Index k = turned ? PackTurned<V>(A, panel) : 0; k < A.cols(); ++k) {
      for (Index r = 0; r < A.rows(); ++r) panel[k * kRows + r] = A.coeff(r, k);
    }
  }
}

// One panel of A times all columns of B.
template <int V>
void MultiplyPanel(const StridedMatrix& A, const StridedMatrix& B, const Real* C0, Index C0_stride,
                   MatrixRef C) {
  alignas(64) static constexpr Real kZeros[V * kPacket] = {};
  alignas(64) Real panel[V * kPacket * kPanelDepth];
  Pack<V>(A, panel);

  // as many blocks as needed, as wide as each other as possible
  const Index num_blocks = (B.cols() + kBlockColumns - 1) / kBlockColumns;
  for (Index i = 0; i < num_blocks; ++i) {
    const Index begin = B.cols() * i / num_blocks;
    const Index columns = B.cols() * (i + 1) / num_blocks - begin;
    const Block block = {.depth = A.cols(),
                         .a = panel,
                         .b = B.data() + begin * B.outerStride(),
                         .b_row_stride = B.innerStride(),
                         .b_column_stride = B.outerStride(),
                         .c0 = C0 == nullptr ? kZeros : C0 + begin * C0_stride,
                         .c0_stride = C0 == nullptr ? 0 : C0_stride,
                         .c = C.data() + begin * C.outerStride(),
                         .c_stride = C.outerStride()};
    if (C.rows() == V * kPacket) {
      MultiplyBlock<V>(columns, block);
    } else {
      MultiplyPartialBlock<V>(C.rows(), columns, block);
    }
  }
}

StridedMatrix Part(const StridedMatrix& M, Index row, Index rows, Index column, Index columns) {
  return {&M.coeffRef(row, column), rows, columns, AnyStride(M.outerStride(), M.innerStride())};
}

}  // namespace

void MultiplyRow(const Real* a, const ConstMatrixRef& B, Real c0, MatrixRef C) {
  using namespace Eigen::internal;
  constexpr int kColumns = 8;  // at once: as many chains hide the latency of a multiply-add
  assert(C.rows() == 1 && B.cols() == C.cols());
  const Index depth = B.rows(), whole = depth / kPacket * kPacket;
  for (Index begin = 0; begin < B.cols(); begin += kColumns) {
    // columns that are not there repeat the last
    std::array<const Real*, kColumns> b;
    for (Index n = 0; n < kColumns; ++n) b[n] = B.col(std::min(begin + n, B.cols() - 1)).data();
    Packet sum[kColumns];
    for (int n = 0; n < kColumns; ++n) sum[n] = pset1<Packet>(0);
    for (Index k = 0; k < whole; k += kPacket) {
      const Packet a_k = ploadu<Packet>(a + k);
      for (int n = 0; n < kColumns; ++n) sum[n] = pmadd(a_k, ploadu<Packet>(b[n] + k), sum[n]);
    }
    for (Index n = 0; n < std::min<Index>(kColumns, B.cols() - begin); ++n) {
      Real c = c0 + predux(sum[n]);
      for (Index k = whole; k < depth; ++k) c += a[k] * b[n][k];
      C(0, begin + n) = c;
    }
  }
}

void AddWeightedColumns(const ConstMatrixRef& A, const ConstMatrixRef& b, Real* c) {
  using namespace Eigen::internal;
  constexpr int kPackets = 8;  // of c at once
  assert(b.rows() == 1 && A.cols() == b.cols());
  Index r = 0;
  for (; r + kPackets * kPacket <= A.rows(); r += kPackets * kPacket) {
    Packet sum[kPackets];
    for (int v = 0; v < kPackets; ++v) sum[v] = ploadu<Packet>(c + r + v * kPacket);
    for (Index k = 0; k < A.cols(); ++k) {
      const Packet b_k = pset1<Packet>(b(0, k));
      const Real* a = A.col(k).data() + r;
      for (int v = 0; v < kPackets; ++v)
        sum[v] = pmadd(ploadu<Packet>(a + v * kPacket), b_k, sum[v]);
    }
    for (int v = 0; v < kPackets; ++v) pstoreu(c + r + v * kPacket, sum[v]);
  }
  for (; r < A.rows(); ++r) {
    for (Index k = 0; k < A.cols(); ++k) c[r] += A(r, k) * b(0, k);
  }
}

void Multiply(const StridedMatrix& A, const StridedMatrix& B, const Real* C0, Index C0_stride,
              MatrixRef C) {
  assert(A.rows() == C.rows() && A.cols() == B.rows() && B.cols() == C.cols());
  for (Index k = 0; k < A.cols(); k += kPanelDepth) {
    const Index depth = std::min(kPanelDepth, A.cols() - k);
    const StridedMatrix B_k = Part(B, k, depth, 0, B.cols());
    for (Index r = 0; r < A.rows(); r += kBlockRows) {
      const Index rows = std::min(kBlockRows, A.rows() - r);
      const StridedMatrix A_rk = Part(A, r, rows, k, depth);
      MatrixRef C_r = C.middleRows(r, rows);
      const Real* C0_r = C0 == nullptr ? nullptr : C0 + r;
      if (rows > kPacket) {
        MultiplyPanel<2>(A_rk, B_k, C0_r, C0_stride, C_r);
      } else {
        MultiplyPanel<1>(A_rk, B_k, C0_r, C0_stride, C_r);
      }
    }
    C0 = C.data();
    C0_stride = C.outerStride();
  }
}

}  // namespace doggo::agent
