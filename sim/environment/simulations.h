// The environments of one shard as plain bytes: for each a row of MuJoCo's state, its values of the
// randomised fields, its record, all around one mjBatch. Knows nothing of episodes.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/environment/task.h"

namespace doggo::sim {

class Simulations {
 public:
  // Environments first .. first + size - 1, one a column. The task must outlive them. Throws
  // std::runtime_error where the model lacks one of the task's randomised fields.
  Simulations(const Task& task, int first, int size, uint64_t seed);

  const Task& task() const { return task_; }
  int size() const { return size_; }
  int first() const { return first_; }
  uint64_t seed() const { return seed_; }
  const std::vector<int>& all() const { return all_; }  // columns

  // Calls function(env, column) for each of these columns, in ascending order, each with its state
  // in env.data, and keeps the state that it leaves. Where MuJoCo raises an error the function ends
  // there, as by a long jump, and the state is that before it.
  template <typename Function>
  void Apply(std::span<const int> columns, Function&& function) {
    Run(columns, function, /*keep=*/true);
  }
  // The same, but the state stays as it was.
  template <typename Function>
  void Look(std::span<const int> columns, Function&& function) {
    Run(columns, function, /*keep=*/false);
  }

  // Task::Draw.
  void Draw(int column) { task_.Draw(View(nullptr, nullptr, column)); }
  // Task::Step, called by the function of an Apply.
  Outcome StepTask(const EnvView& env, const float* action) const;
  // The outcome where MuJoCo raised an error in it.
  static constexpr Outcome kGaveUp = {.terminated = true, .trouble = {TroubleKind::kError}};
  // After the randomised fields were written: computes what else follows from them, if anything
  // does. Returns in how many columns MuJoCo raised an error; these keep what they had.
  int RenewConstants(std::span<const int> columns);

  // Did MuJoCo raise an error in this column's last Apply, Look or RenewConstants? Its words.
  bool failed(int column) const { return mjb_status(batch_.get())[column] != 0; }
  std::string error(int column) const { return OneLine(mjb_error(batch_.get(), column)); }

  std::span<mjtNum> state(int column);
  std::span<const mjtNum> state(int column) const;
  std::span<std::byte> record(int column);
  std::span<const std::byte> record(int column) const;
  // The values of the randomised fields, one field after another.
  int num_field_values() const { return num_field_values_; }
  void GetFields(int column, std::span<double> values) const;
  void SetFields(int column, std::span<const double> values);
  void SetNominalFields(int column) { SetFields(column, nominal_fields_); }
  void ClearRecords();

  // The column's state and model, without and with its fields, for whoever draws them; both must
  // have the sizes of the task's model.
  void CopyData(int column, mjData& data) { mjb_getData(batch_.get(), column, &data); }
  void CopyModel(int column, mjModel& model) { mjb_getModel(batch_.get(), column, &model); }

  // States, records, fields. Load throws std::runtime_error where the bytes are too few, and leaves
  // everything as it was; or where MuJoCo cannot use the loaded fields.
  void Save(std::ostream& out) const;
  void Load(std::istream& in);

 private:
  EnvView View(const mjModel* model, mjData* data, int column);

  template <typename Function>
  void Run(std::span<const int> columns, Function& function, bool keep) {
    if (columns.empty()) return;
    // nothing with a destructor may live here: an error of MuJoCo jumps over it
    struct Call {
      Simulations* self;
      Function* function;
    } call = {this, &function};
    const auto run = [](const mjModel* model, mjData* data, int column, void* arg) {
      const Call& c = *static_cast<Call*>(arg);
      (*c.function)(c.self->View(model, data, column), column);
    };
    static_assert(std::is_trivially_destructible_v<EnvView>);
    mjb_apply(batch_.get(), columns.data(), static_cast<int>(columns.size()), run, &call, keep);
  }

  // Calls visit(bytes, count) for every piece of what is saved; Self: const or not.
  template <typename Self, typename Visitor>
  static void VisitBytes(Self& self, const Visitor& visit);

  const Task& task_;
  int first_, size_;
  uint64_t seed_;
  BatchPtr batch_;
  std::vector<int> all_;

  // records begin at cache lines: aligned for any vector type, and never shared between threads
  struct alignas(64) CacheLine {
    std::byte bytes[64];
  };
  size_t record_lines_;             // per environment
  std::vector<CacheLine> records_;  // (size x record_lines)

  struct Field {
    mjtNum* values;  // (size x width), owned by the batch
    int width;
    mjtNum* row(int column) const { return values + static_cast<size_t>(column) * width; }
  };
  std::vector<Field> fields_;
  int num_field_values_ = 0;  // per environment
  std::vector<double> nominal_fields_;
  std::vector<mjtNum*> field_rows_;  // of the environment at work
};

}  // namespace doggo::sim
