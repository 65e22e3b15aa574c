#include "recurrent.h"

#include <cstdint>
#include <cstring>
#include <vector>

namespace gradoscope {
namespace {

// Vectors of 32 bytes stay within this file, so that it matters to nobody how they are passed (-Wno-psabi).
namespace baseline {
#include "steps_vector.h"
#include "steps_product.h"
#include "steps_gate.h"
#include "steps_lstm.h"
#include "steps_gru.h"
}  // namespace baseline

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
namespace wide {
#include "steps_vector.h"
#include "steps_product.h"
#include "steps_gate.h"
#include "steps_lstm.h"
#include "steps_gru.h"
}  // namespace wide
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
bool Wide() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#else
namespace wide = baseline;
bool Wide() { return false; }
#endif

const bool is_wide = Wide();

// Room for the weights as steps_product.h packs them, and for what is left between two products.
std::vector<float> Scratch(const Recurrence &shape, int64_t gates) {
  const int64_t padded = shape.units + 2 * baseline::kWidth;
  return std::vector<float>(size_t(gates * padded * padded + shape.rows * shape.units));
}

}  // namespace

void Run(const Recurrence &shape, const LstmForward &arrays) {
  (is_wide ? wide::ForwardLstm : baseline::ForwardLstm)(shape, arrays, Scratch(shape, 4).data());
}

void Run(const Recurrence &shape, const LstmBackward &arrays) {
  (is_wide ? wide::BackwardLstm : baseline::BackwardLstm)(shape, arrays, Scratch(shape, 4).data());
}

void Run(const Recurrence &shape, const GruForward &arrays) {
  (is_wide ? wide::ForwardGru : baseline::ForwardGru)(shape, arrays, Scratch(shape, 3).data());
}

void Run(const Recurrence &shape, const GruBackward &arrays) {
  (is_wide ? wide::BackwardGru : baseline::BackwardGru)(shape, arrays, Scratch(shape, 3).data());
}

}  // namespace gradoscope
