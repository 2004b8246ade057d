#include "sim/environment/simulations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <istream>
#include <iterator>
#include <numeric>
#include <ostream>
#include <stdexcept>

namespace doggo::sim {

Simulations::Simulations(const Task& task, int first, int size, uint64_t seed)
    : task_(task),
      first_(first),
      size_(size),
      seed_(seed),
      batch_(MakeBatch(task.model(), size)),
      all_(size),
      record_lines_((task.record_size() + sizeof(CacheLine) - 1) / sizeof(CacheLine)),
      records_(size * record_lines_) {
  std::iota(all_.begin(), all_.end(), 0);
  for (const std::string& name : task.randomized_fields()) {
    int width = 0, element_size = 0;
    void* values = mjb_expand(batch_.get(), name.c_str(), &width, &element_size);
    if (!values || element_size != sizeof(mjtNum)) {
      throw std::runtime_error(
          fmt::format("MuJoCo's model has no field of numbers named '{}'", name));
    }
    fields_.push_back({static_cast<mjtNum*>(values), width});
    num_field_values_ += width;
  }
  field_rows_.resize(fields_.size());
  nominal_fields_.resize(num_field_values_);
  GetFields(0, nominal_fields_);  // as they were expanded
}

EnvView Simulations::View(const mjModel* model, mjData* data, int column) {
  for (size_t k = 0; k < fields_.size(); ++k) field_rows_[k] = fields_[k].row(column);
  return {model, data, &records_[column * record_lines_], first_ + column, seed_, &field_rows_};
}

Outcome Simulations::StepTask(const EnvView& env, const float* action) const {
  std::fill(std::begin(env.data->warning), std::end(env.data->warning), mjWarningStat{});
  Outcome outcome = task_.Step(env, action);
  if (outcome.trouble) {
    outcome.terminated = true;
    outcome.truncated = false;
  }
  return outcome;
}

int Simulations::RenewConstants(std::span<const int> columns) {
  if (columns.empty() || !task_.constants_follow()) return 0;
  return mjb_setConst(batch_.get(), columns.data(), static_cast<int>(columns.size()));
}

std::span<mjtNum> Simulations::state(int column) {
  const size_t length = mjb_nstate(batch_.get());
  return {mjb_state(batch_.get()) + column * length, length};
}

std::span<const mjtNum> Simulations::state(int column) const {
  return const_cast<Simulations*>(this)->state(column);  // MuJoCo gives no const pointer
}

std::span<std::byte> Simulations::record(int column) {
  return {records_[column * record_lines_].bytes, task_.record_size()};
}

std::span<const std::byte> Simulations::record(int column) const {
  return {records_[column * record_lines_].bytes, task_.record_size()};
}

void Simulations::GetFields(int column, std::span<double> values) const {
  for (const Field& field : fields_) {
    std::copy_n(field.row(column), field.width, values.data());
    values = values.subspan(field.width);
  }
}

void Simulations::SetFields(int column, std::span<const double> values) {
  for (const Field& field : fields_) {
    std::copy_n(values.data(), field.width, field.row(column));
    values = values.subspan(field.width);
  }
}

void Simulations::ClearRecords() { std::fill(records_.begin(), records_.end(), CacheLine{}); }

template <typename Self, typename Visitor>
void Simulations::VisitBytes(Self& self, const Visitor& visit) {
  mjBatch* batch = self.batch_.get();
  visit(mjb_state(batch), sizeof(mjtNum) * self.size_ * mjb_nstate(batch));
  visit(self.records_.data(), sizeof(CacheLine) * self.records_.size());
  for (const Field& field : self.fields_) {
    visit(field.values, sizeof(mjtNum) * self.size_ * field.width);
  }
}

void Simulations::Save(std::ostream& out) const {
  VisitBytes(*this, [&](const void* bytes, size_t count) {
    out.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
  });
}

void Simulations::Load(std::istream& in) {
  // all of it is read before any of it is used
  size_t total = 0;
  VisitBytes(*this, [&](void*, size_t count) { total += count; });
  std::vector<char> loaded(total);
  in.read(loaded.data(), static_cast<std::streamsize>(total));
  if (in.gcount() != static_cast<std::streamsize>(total)) {
    throw std::runtime_error("the saved environments are cut short");
  }

  const char* next = loaded.data();
  VisitBytes(*this, [&](void* bytes, size_t count) {
    std::memcpy(bytes, next, count);
    next += count;
  });
  if (RenewConstants(all_) > 0) {
    throw std::runtime_error("MuJoCo cannot use the saved environments' models");
  }
}

}  // namespace doggo::sim
