#include "agent/export/c_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

#include "agent/export/c_constants.h"
#include "agent/export/provenance.h"

namespace doggo::agent {
namespace {

// Four inputs at a time, eight outputs: so that no vector is left over. What is added is zero.
constexpr int kInputs = 4, kOutputs = 8;

int Padded(int size, int multiple) { return (size + multiple - 1) / multiple * multiple; }

// e^z - 1 for z <= 0. With t = z / 16, e^t - 1 by its Pade approximant of degrees 2 and 3,
//   e^t = (1 + 2/5 t + t^2/20) / (1 - 3/5 t + 3/20 t^2 - t^3/60) + O(t^6 / 7200),
// which stays within 0 and 1 for all t <= 0 and goes to 0; then four times doubled by
//   e^2t - 1 = (e^t - 1) (e^t - 1 + 2).
// No branch, no table, no call: a compiler makes vectors of it, also where it may not assume that
// numbers are finite. Within 2e-7; the series takes 1e-8 of that, rounding the rest.
constexpr std::string_view kExpMinusOne = R"(
/* e^z - 1 for z <= 0 */
static inline float NAME_expm1(float z) {
  const float t = z * (1.0f / 16.0f);
  float q = t * (1.0f - t * (0.1f - t * (1.0f / 60.0f))) /
            (1.0f - t * (0.6f - t * (0.15f - t * (1.0f / 60.0f))));
  q *= q + 2.0f;
  q *= q + 2.0f;
  q *= q + 2.0f;
  q *= q + 2.0f;
  return q;
}
)";

// What an activation does to y[0] ... y[N - 1]; to PADDED of them where more do no harm.
struct Loop {
  std::string_view activation, code;
};
constexpr Loop kLoops[] = {
    {"identity", ""},
    {"elu", R"(  for (int i = 0; i < PADDED; ++i) {
    const float m = fabsf(y[i]);
    y[i] = 0.5f * (y[i] + m) + NAME_expm1(0.5f * (y[i] - m));
  }
)"},
    {"tanh", R"(  for (int i = 0; i < PADDED; ++i) {
    const float q = NAME_expm1(-2.0f * fabsf(y[i]));
    y[i] = copysignf(q / (q + 2.0f), y[i]);
  }
)"},
    {"relu", R"(  for (int i = 0; i < PADDED; ++i) y[i] = 0.5f * (y[i] + fabsf(y[i]));
)"},
    {"leaky_relu", R"(  for (int i = 0; i < PADDED; ++i) y[i] = y[i] > 0.0f ? y[i] : 0.01f * y[i];
)"},
    {"sigmoid", R"(  for (int i = 0; i < PADDED; ++i) {
    const float q = NAME_expm1(-fabsf(y[i]));
    y[i] = 0.5f + 0.5f * copysignf(q / (q + 2.0f), y[i]);
  }
)"},
    {"softsign", R"(  for (int i = 0; i < PADDED; ++i) y[i] = y[i] / (1.0f + fabsf(y[i]));
)"},
    {"softmax", R"(  {
    float most = y[0], sum = 0.0f;
    for (int i = 1; i < N; ++i) most = y[i] > most ? y[i] : most;
    for (int i = 0; i < N; ++i) sum += y[i] = expf(y[i] - most);
    for (int i = 0; i < N; ++i) y[i] /= sum;
  }
)"},
    {"log_softmax", R"(  {
    float most = y[0], sum = 0.0f;
    for (int i = 1; i < N; ++i) most = y[i] > most ? y[i] : most;
    for (int i = 0; i < N; ++i) sum += expf(y[i] - most);
    sum = logf(sum);
    for (int i = 0; i < N; ++i) y[i] = (y[i] - most) - sum;
  }
)"},
};

void Replace(std::string_view word, const std::string& by, std::string& text) {
  for (size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += by.size())
    text.replace(at, word.size(), by);
}

std::string Filled(std::string_view code, const std::string& name, int size = 0) {
  std::string text(code);
  Replace("PADDED", fmt::format("{}", Padded(size, kOutputs)), text);
  Replace("NAME", name, text);
  Replace("< N;", fmt::format("< {};", size), text);
  return text;
}

// The values go to and fro between two arrays, of which x_ holds the present ones.
class Writer {
 public:
  Writer(const Policy& policy, const std::string& name) : policy_(policy), name_(name) {
    widest_ = Padded(std::max(policy.network.num_inputs(), kOutputs), kOutputs);
    for (const Layer& layer : policy.network.layers())
      widest_ = std::max(widest_, Padded(layer.out, kOutputs));
  }

  std::string Write() {
    Enter();
    for (size_t l = 0; l < policy_.network.layers().size(); ++l) AddLayer(l);
    Leave();
    const int inputs = policy_.network.num_inputs(), outputs = policy_.network.num_outputs();
    const std::string guard = UpperCase(name_) + "_H";
    std::string text = Head(guard);
    text += fmt::format("#define {0}_POLICY_DIM {1}\n#define {0}_ACTION_DIM {2}\n",
                        UpperCase(name_), inputs, outputs);
    text += CConstants(policy_.contract, name_);
    text += "\n" + tables_ + Filled(kExpMinusOne, name_);
    text += fmt::format(
        "\n/* Observation as the contract lays it out, in the world; action likewise, not cut off. "
        "*/\n"
        "static inline void {}_act(const float observation[{}], float action[{}]) {{\n"
        "  float a[{}] = {{0}}, b[{}];\n  (void)b;\n",
        name_, inputs, outputs, widest_, widest_);
    for (size_t r = 0; r < policy_.frame.rules().size(); ++r)
      text += fmt::format("  int mirrored_{} = 0;\n", r);
    return text + body_ + fmt::format("}}\n\n#endif /* {} */\n", guard);
  }

 private:
  std::string Head(const std::string& guard) const {
    std::string text = fmt::format(
        "/* A policy that doggo has trained, C99 and C++. Made by doggo export; not to be edited.\n"
        " *\n"
        " *   void {0}_act(const float observation[{1}], float action[{2}]);\n"
        " *\n"
        " * is the whole of it: canonical frame, normaliser, network. No memory is allocated, no "
        "state is kept.\n",
        name_, policy_.network.num_inputs(), policy_.network.num_outputs());
    text += fmt::format(" */\n#ifndef {0}\n#define {0}\n\n#include <math.h>\n\n", guard);
    for (const auto& [key, value] : ProvenanceOf(policy_)) {
      if (key == "contract") continue;
      text += fmt::format("#define {}_{} {}\n", UpperCase(name_),
                          key == "policy" ? "HASH" : "FROM_" + UpperCase(key), CText(value));
    }
    return text;
  }

  std::string Floats(const std::string& what, std::span<const float> numbers) {
    tables_ += CArray("float", name_ + "_" + what, numbers);
    return name_ + "_" + what;
  }

  // Of those whose rule says so: x becomes its mirror image.
  void Mirror(const std::string& condition, const doggo::Mirror& mirror, const std::string& what,
              const std::string& first_statement) {
    const size_t size = mirror.from.size();
    tables_ += CArray("unsigned short", fmt::format("{}_{}_from", name_, what), mirror.from);
    Floats(what + "_sign", mirror.sign);
    body_ += fmt::format(
        "  if ({0}) {{\n{1}    for (int i = 0; i < {2}; ++i) {6}[i] = {5}[i];\n"
        "    for (int i = 0; i < {2}; ++i) {5}[i] = {3}_{4}_sign[i] * {6}[{3}_{4}_from[i]];\n"
        "  }}\n",
        condition, first_statement, size, name_, what, x_, y_);
  }

  void Enter() {
    const int inputs = policy_.network.num_inputs();
    body_ += fmt::format("  for (int i = 0; i < {}; ++i) {}[i] = observation[i];\n", inputs, x_);
    const auto& rules = policy_.frame.rules();
    for (size_t r = 0; r < rules.size(); ++r) {
      Mirror(fmt::format("{}[{}] < 0.0f", x_, rules[r].policy_row),
             policy_.frame.symmetries()[rules[r].symmetry].policy_obs,
             fmt::format("rule_{}_observation", r), fmt::format("    mirrored_{} = 1;\n", r));
    }

    const Normalizer& normalizer = policy_.normalizer;
    if (normalizer.mean.size() == 0) return;
    const std::string mean = Floats("mean", {normalizer.mean.data(), size_t(inputs)});
    const std::string scale = Floats("scale", {normalizer.scale.data(), size_t(inputs)});
    const std::string limit = CNumber(normalizer.limit);
    body_ += fmt::format(
        "  for (int i = 0; i < {0}; ++i) {{\n    const float z = ({4}[i] - {1}[i]) * {2}[i];\n"
        "    {4}[i] = z < -{3} ? -{3} : z > {3} ? {3} : z;\n  }}\n",
        inputs, mean, scale, limit, x_);
  }

  // The inverse mirrors in reverse order.
  void Leave() {
    const auto& rules = policy_.frame.rules();
    for (size_t r = rules.size(); r-- > 0;) {
      Mirror(fmt::format("mirrored_{}", r),
             Inverse(policy_.frame.symmetries()[rules[r].symmetry].action),
             fmt::format("rule_{}_action", r), "");
    }
    body_ += fmt::format("  for (int i = 0; i < {}; ++i) action[i] = {}[i];\n",
                         policy_.network.num_outputs(), x_);
  }

  void AddLayer(size_t l) {
    const Layer& layer = policy_.network.layers()[l];
    if (layer.activation == nullptr) return AddDense(l, layer);
    for (const Loop& loop : kLoops) {
      if (loop.activation != layer.activation->name) continue;
      std::string code = Filled(loop.code, name_, layer.out);
      Replace("y[", x_ + "[", code);
      body_ += code;
      return;
    }
    throw std::invalid_argument(fmt::format(
        "the activation '{}' has no C code; the other files can have it", layer.activation->name));
  }

  // y = W x + b, column by column of W, four at a time.
  void AddDense(size_t l, const Layer& layer) {
    const int in = Padded(layer.in, kInputs), out = Padded(layer.out, kOutputs);
    const float* theta = policy_.theta.data() + layer.parameters.begin;
    std::vector<float> W(static_cast<size_t>(in) * out, 0), b(out, 0);
    for (int i = 0; i < layer.out; ++i) {
      for (int k = 0; k < layer.in; ++k) W[size_t(k) * out + i] = theta[size_t(i) * layer.in + k];
      b[i] = theta[size_t(layer.out) * layer.in + i];
    }
    const std::string weight = Floats(fmt::format("weight_{}", l), W);
    const std::string bias = Floats(fmt::format("bias_{}", l), b);
    body_ += fmt::format(
        "  for (int i = 0; i < {0}; ++i) {7}[i] = {2}[i];\n"
        "  for (int k = 0; k < {1}; k += 4) {{\n"
        "    const float *w = {3} + k * {0};\n"
        "    const float x0 = {6}[k], x1 = {6}[k + 1], x2 = {6}[k + 2], x3 = {6}[k + 3];\n"
        "    for (int i = 0; i < {0}; ++i)\n"
        "      {7}[i] += (w[i] * x0 + w[{0} + i] * x1) + (w[{4} + i] * x2 + w[{5} + i] * x3);\n"
        "  }}\n",
        out, in, bias, weight, 2 * out, 3 * out, x_, y_);
    std::swap(x_, y_);
  }

  const Policy& policy_;
  const std::string& name_;
  int widest_ = 0;
  std::string x_ = "a", y_ = "b";
  std::string tables_, body_;
};

// What stands between the quotes of `#define ..._HASH "..."`.
struct HashLine {
  std::string name, hash;
};
HashLine FindHash(const std::string& text) {
  constexpr std::string_view kDefine = "#define ", kHash = "_HASH \"";
  const size_t mark = text.find(kHash);
  if (mark == std::string::npos) return {};
  const size_t define = text.rfind(kDefine, mark), begin = mark + kHash.size();
  const size_t end = text.find('"', begin);
  if (define == std::string::npos || end == std::string::npos) return {};
  return {text.substr(define + kDefine.size(), mark - define - kDefine.size()),
          text.substr(begin, end - begin)};
}

}  // namespace

std::string CHeader(const Policy& policy, const std::string& name) {
  if (name.empty() || CName(name) != name) {
    throw std::invalid_argument(fmt::format(
        "'{}' cannot be a name in C; take letters, digits and _, no digit first", name));
  }
  return Writer(policy, name).Write();
}

std::string CTrial(const std::string& header, const std::string& name) {
  std::string text = "#include \"HEADER\"\n\n#include <stdio.h>\n";
  text += R"(
int main(int argc, char **argv) {
  float observation[LARGE_POLICY_DIM], action[LARGE_ACTION_DIM];
  FILE *in = argc > 2 ? fopen(argv[1], "rb") : 0, *out = in ? fopen(argv[2], "wb") : 0;
  if (!out) return 1;
  while (fread(observation, sizeof observation, 1, in) == 1) {
    SMALL_act(observation, action);
    if (fwrite(action, sizeof action, 1, out) != 1) return 1;
  }
  return fclose(out) != 0;
}
)";
  Replace("HEADER", header, text);
  Replace("LARGE", UpperCase(name), text);
  Replace("SMALL", name, text);
  return text;
}

std::string CName(std::string text) {
  for (char& c : text) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0]))) text = "policy_" + text;
  return text;
}

std::string HashInCHeader(const std::string& text) { return FindHash(text).hash; }

// The function's: "static inline void NAME_act(".
std::string NameInCHeader(const std::string& text) {
  constexpr std::string_view kFunction = "static inline void ";
  const size_t begin = text.find(kFunction), end = text.find("_act(", begin);
  if (begin == std::string::npos || end == std::string::npos) return "";
  return text.substr(begin + kFunction.size(), end - begin - kFunction.size());
}

}  // namespace doggo::agent
