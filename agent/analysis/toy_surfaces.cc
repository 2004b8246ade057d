#include "agent/analysis/toy_surfaces.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cassert>
#include <stdexcept>

namespace doggo::agent {
namespace {

using Gradient = Eigen::Vector2d;

// Critical points that are no round numbers: roots of the gradient, by Newton in 30 digits.

// L = x^2 + y^2 - x y - x: survey fig. 2.1. Its Hessian is [[2, -1], [-1, 2]] everywhere.
double Quadratic(double x, double y, Gradient& g) {
  g = {2 * x - y - 1, 2 * y - x};
  return x * x + y * y - x * y - x;
}
constexpr KnownPoint kQuadratic[] = {{2.0 / 3, 1.0 / 3, "minimum"}};

// L = (1 - x)^2 + 100 (y - x^2)^2: Rosenbrock 1960.
double Rosenbrock(double x, double y, Gradient& g) {
  const double u = 1 - x, v = y - x * x;
  g = {-2 * u - 400 * x * v, 200 * v};
  return u * u + 100 * v * v;
}
constexpr KnownPoint kRosenbrock[] = {{1, 1, "minimum"}};

// L = (x^2 + y - 11)^2 + (x + y^2 - 7)^2: Himmelblau 1972.
double Himmelblau(double x, double y, Gradient& g) {
  const double u = x * x + y - 11, v = x + y * y - 7;
  g = {4 * x * u + 2 * v, 2 * u + 4 * y * v};
  return u * u + v * v;
}
constexpr KnownPoint kHimmelblau[] = {
    {3, 2, "minimum"},
    {-2.8051180869527449, 3.1313125182505730, "minimum"},
    {-3.7793102533777469, -3.2831859912861694, "minimum"},
    {3.5844283403304917, -1.8481265269644036, "minimum"},
    {-0.27084459066734761, -0.92303855647998146, "maximum"},
    {3.3851541836070209, 0.073851879837749288, "saddle"},
    {-3.0730257507643896, -0.081353044287967512, "saddle"},
    {-0.12796134673068007, -1.9537149802445764, "saddle"},
    {0.086677504555396352, 2.8842547011747761, "saddle"},
};

// L = x^2 - y^2
double Saddle(double x, double y, Gradient& g) {
  g = {2 * x, -2 * y};
  return x * x - y * y;
}
constexpr KnownPoint kSaddle[] = {{0, 0, "saddle"}};

// L = x^3 - 3 x y^2: three ways down, three ways up, and no curvature at all in the middle.
double MonkeySaddle(double x, double y, Gradient& g) {
  g = {3 * x * x - 3 * y * y, -6 * x * y};
  return x * x * x - 3 * x * y * y;
}
constexpr KnownPoint kMonkeySaddle[] = {{0, 0, "flat direction"}};

// L = sum over k = 1, 2, 3 of (c_k - x (1 - y^k))^2,  c = 1.5, 2.25, 2.625: Beale 1958.
double Beale(double x, double y, Gradient& g) {
  constexpr double kC[] = {1.5, 2.25, 2.625};
  double sum = 0, power = 1;  // power = y^(k-1)
  g.setZero();
  for (int k = 1; k <= 3; ++k) {
    const double r = kC[k - 1] - x * (1 - power * y);
    sum += r * r;
    g += 2 * r * Gradient(power * y - 1, x * k * power);
    power *= y;
  }
  return sum;
}
constexpr KnownPoint kBeale[] = {
    {3, 0.5, "minimum"},
    {0, 1, "saddle"},
    {0.10053793732415836, -2.6445135850231250, "saddle"},
};

// clang-format off
constexpr ToySurface kSurfaces[] = {
    // name            value         start       window                    critical points
    {"quadratic",     Quadratic,    {-4, 4},    {-5, -5},     {5, 5},     kQuadratic,    "a bowl, three times as steep across as along"},
    {"rosenbrock",    Rosenbrock,   {-1.2, 1},  {-2, -1},     {2, 3},     kRosenbrock,   "a bent valley, flat along its floor"},
    {"himmelblau",    Himmelblau,   {0, 0},     {-5, -5},     {5, 5},     kHimmelblau,   "four minima, all 0"},
    {"saddle",        Saddle,       {-1.5, .01}, {-2, -2},    {2, 2},     kSaddle,       "a pass; no lower end"},
    {"monkey_saddle", MonkeySaddle, {1, 0.1},   {-1.5, -1.5}, {1.5, 1.5}, kMonkeySaddle, "a pass without curvature; no lower end"},
    {"beale",         Beale,        {1, 1.5},   {-4.5, -4.5}, {4.5, 4.5}, kBeale,        "flat ground between steep corners"},
};
// clang-format on

}  // namespace

std::span<const ToySurface> ToySurfaces() { return kSurfaces; }

std::vector<std::string> ToySurfaceNames() {
  std::vector<std::string> names;
  for (const ToySurface& surface : kSurfaces) names.emplace_back(surface.name);
  return names;
}

const ToySurface& FindToySurface(std::string_view name) {
  for (const ToySurface& surface : kSurfaces)
    if (surface.name == name) return surface;
  throw std::invalid_argument(fmt::format("there is no surface '{}': it may be {}", name,
                                          fmt::join(ToySurfaceNames(), ", ")));
}

Objective ObjectiveOf(const ToySurface& surface) {
  return [evaluate = surface.evaluate](const ConstVectorRef& theta, Vector* gradient) {
    assert(theta.size() == 2);
    Gradient g;
    const double value = evaluate(theta[0], theta[1], g);
    if (gradient != nullptr) gradient->head<2>() = g.cast<Real>();
    return static_cast<Real>(value);
  };
}

}  // namespace doggo::agent
