// e^z - 1 for z <= 0, several numbers at once: what ELU spends its time on.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <type_traits>

namespace doggo::agent {

// Packet: Eigen's type for the numbers of one register, of float or double.
//
// In float, with n the integer nearest to z / ln 2 and r = z - n ln 2 (|r| <= ln 2 / 2):
//   e^z - 1 = 2^n (e^r - 1) + (2^n - 1),   e^r - 1 = r + r^2 q(r),
// q from Cephes' expf (Moshier 1989). Its error is under 1.2e-7 of the result, also near 0, where
// e^z less 1 would lose all digits. Half the work of Eigen's exp, which must also reach infinity
// and the denormals.
template <typename Packet>
Packet ExpMinusOne(const Packet& z) {
  using namespace Eigen::internal;
  using Scalar = typename unpacket_traits<Packet>::type;
  const Packet one = pset1<Packet>(1);
  if constexpr (std::is_same_v<Packet, Scalar>) {  // a processor without vector registers
    return std::expm1(z);
  } else if constexpr (!std::is_same_v<Scalar, float>) {
    return psub(pexp(z), one);
  } else {
    using IntegerPacket = typename unpacket_traits<Packet>::integer_packet;
    constexpr float kLowest = -87;  // 2^n stays a normal number
    constexpr float kInverseLn2 = 1.44269504088896341f;
    constexpr float kLn2High = 0.693359375f, kLn2Low = -2.12194440e-4f;  // their sum is ln 2
    constexpr float kQ[] = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                            4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};

    const Packet x = pmax(z, pset1<Packet>(kLowest));
    const Packet n = pfloor(pmadd(x, pset1<Packet>(kInverseLn2), pset1<Packet>(0.5f)));
    Packet r = pmadd(n, pset1<Packet>(-kLn2High), x);
    r = pmadd(n, pset1<Packet>(-kLn2Low), r);
    Packet q = pset1<Packet>(kQ[0]);
    for (int i = 1; i < 6; ++i) q = pmadd(q, r, pset1<Packet>(kQ[i]));
    const Packet exp_r_minus_one = pmadd(pmul(r, r), q, r);

    // a float is 2^n where n + 127 stands in its exponent, from bit 23 on
    const auto exponent = pcast<Packet, IntegerPacket>(padd(n, pset1<Packet>(127)));
    const Packet power = preinterpret<Packet>(plogical_shift_left<23>(exponent));
    return pmadd(power, exp_r_minus_one, psub(power, one));
  }
}

}  // namespace doggo::agent
