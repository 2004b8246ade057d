// A shard: a few dozen environments of one task in one mjBatch, stepped by one thread.
#pragma once

#include <iosfwd>
#include <vector>

#include "sim/environment/task.h"

namespace doggo::sim {

class Shard {
 public:
  // Environments first .. first + size - 1. The task must outlive the shard.
  Shard(const Task& task, int first, int size, uint64_t seed);

  void Start(StepBatch& out);
  void Step(const Eigen::Ref<const Batch>& action, StepBatch& out);

  // State, records, randomised fields.
  void Save(std::ostream& out) const;
  void Load(std::istream& in);

  const void* record(int column) const { return &records_[column * record_lines_]; }

 private:
  struct Call;  // what a callback needs
  EnvView View(const mjModel* model, mjData* data, int column);
  void Run(mjfBatchFunc function, StepBatch& out, const Eigen::Ref<const Batch>* action,
           const std::vector<int>* columns);

  const Task& task_;
  int first_, size_;
  uint64_t seed_;
  BatchPtr batch_;

  // records begin at cache lines: aligned for any vector type, and never shared between threads
  struct alignas(64) CacheLine {
    std::byte bytes[64];
  };
  size_t record_lines_;             // per environment
  std::vector<CacheLine> records_;  // (size x record_lines)

  struct Field {
    mjtNum* values;  // (size x width), owned by the batch
    int width;
  };
  std::vector<Field> fields_;
  std::vector<mjtNum*> field_rows_;  // of the environment at work
};

}  // namespace doggo::sim
