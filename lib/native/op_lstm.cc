// The steps of an LSTM (Hochreiter and Schmidhuber, 1997; with forget gates: Gers et al., 2000) one after the other, and their
// gradients. The rows of a batch do not depend on each other: several operations at once can share one. Gates lie in the order
// input, forget, candidate, output, as in Keras.

#include <cstring>

#include "op.h"
#include "op_product.h"

namespace gradoscope {
namespace {

template <bool hard>
GRADOSCOPE_INLINE Vector Gate(Vector x) {
  return hard ? HardSigmoid(x) : Sigmoid(x);
}

// The derivative of a gate, from its value.
template <bool hard>
GRADOSCOPE_INLINE Vector Slope(Vector y) {
  if (!hard) return y * (1.0f - y);
  const Vector rising = y > 0.0f ? All(0.2f) : All(0.0f);
  return y < 1.0f ? rising : All(0.0f);
}

// What is the same for all rows. Sizes: batch rows, steps, units.
struct Shape {
  int64_t rows, steps, units;
  bool hard;
};

struct Forward {
  const float *projected, *h0, *c0;
  float *states, *cells, *gates, *squashed;
};

template <bool hard>
GRADOSCOPE_INLINE void Open(int64_t n, float *gates, const float *before, float *h, float *c, float *squashed) {
  for (int64_t j = 0; j < n; j += kLanes) {
    const int64_t count = n - j;
    const auto at = [&](int64_t gate) { return gates + gate * n + j; };
    const Vector i = Gate<hard>(LoadSome(at(0), count));
    const Vector f = Gate<hard>(LoadSome(at(1), count));
    const Vector g = Tanh(LoadSome(at(2), count));
    const Vector o = Gate<hard>(LoadSome(at(3), count));
    const Vector cell = f * LoadSome(before + j, count) + i * g;
    const Vector t = Tanh(cell);
    StoreSome(at(0), i, count);
    StoreSome(at(1), f, count);
    StoreSome(at(2), g, count);
    StoreSome(at(3), o, count);
    StoreSome(c + j, cell, count);
    StoreSome(squashed + j, t, count);
    StoreSome(h + j, o * t, count);
  }
}

GRADOSCOPE_CLONES
void RunForward(const Shape &s, const Panels &recurrent, const Forward &a) {
  const int64_t n = s.units, line = s.steps * n;
  for (int64_t t = 0; t < s.steps; t++) {
    const Rows state = t == 0 ? Rows{a.h0, n} : Rows{a.states + (t - 1) * n, line};
    const Rows cell = t == 0 ? Rows{a.c0, n} : Rows{a.cells + (t - 1) * n, line};
    Product(s.rows, recurrent, state, {a.projected + 4 * t * n, 4 * line}, a.gates + 4 * t * n, 4 * line);
    for (int64_t row = 0; row < s.rows; row++) {
      const int64_t at = row * line + t * n;
      const float *const before = cell.first + row * cell.stride;
      if (s.hard) {
        Open<true>(n, a.gates + 4 * at, before, a.states + at, a.cells + at, a.squashed + at);
      } else {
        Open<false>(n, a.gates + 4 * at, before, a.states + at, a.cells + at, a.squashed + at);
      }
    }
  }
}

struct Backward {
  const float *gates, *squashed, *cells, *c0;
  // Of the states of all steps, or null.
  const float *dy;
  float *dz, *dh, *dc;
};

template <bool hard>
GRADOSCOPE_INLINE void Close(int64_t n, const float *gates, const float *squashed, const float *before,
                             const float *dh, const float *dy, float *dc, float *dz) {
  for (int64_t j = 0; j < n; j += kLanes) {
    const int64_t count = n - j;
    const Vector i = LoadSome(gates + j, count), f = LoadSome(gates + n + j, count);
    const Vector g = LoadSome(gates + 2 * n + j, count), o = LoadSome(gates + 3 * n + j, count);
    const Vector t = LoadSome(squashed + j, count);
    Vector d = LoadSome(dh + j, count);
    if (dy != nullptr) d += LoadSome(dy + j, count);
    const Vector cell = LoadSome(dc + j, count) + d * o * (1.0f - t * t);
    StoreSome(dz + j, cell * g * Slope<hard>(i), count);
    StoreSome(dz + n + j, cell * LoadSome(before + j, count) * Slope<hard>(f), count);
    StoreSome(dz + 2 * n + j, cell * i * (1.0f - g * g), count);
    StoreSome(dz + 3 * n + j, d * t * Slope<hard>(o), count);
    StoreSome(dc + j, cell * f, count);
  }
}

// `dh` and `dc` come with the gradients of the last state and cell, and leave with those of the first.
GRADOSCOPE_CLONES
void RunBackward(const Shape &s, const Panels &transposed, const Backward &a) {
  const int64_t n = s.units, line = s.steps * n;
  for (int64_t t = s.steps - 1; t >= 0; t--) {
    const Rows cell = t == 0 ? Rows{a.c0, n} : Rows{a.cells + (t - 1) * n, line};
    for (int64_t row = 0; row < s.rows; row++) {
      const int64_t at = row * line + t * n;
      const float *const dy = a.dy == nullptr ? nullptr : a.dy + at;
      const float *const before = cell.first + row * cell.stride;
      float *const dh = a.dh + row * n, *const dc = a.dc + row * n;
      if (s.hard) {
        Close<true>(n, a.gates + 4 * at, a.squashed + at, before, dh, dy, dc, a.dz + 4 * at);
      } else {
        Close<false>(n, a.gates + 4 * at, a.squashed + at, before, dh, dy, dc, a.dz + 4 * at);
      }
    }
    Product(s.rows, transposed, {a.dz + 4 * t * n, 4 * line}, {nullptr, 0}, a.dh, n);
  }
}

class Lstm {
 public:
  explicit Lstm(Construction &given) : hard_(given.Bool("hard")) {}

  void Compute(Call &call) const {
    const auto projected = call.Shape(0), state = call.Shape(2);
    call.Expect(projected.size() == 3 && state.size() == 2 && projected[0] == state[0] &&
                    projected[2] == 4 * state[1] && call.Shape(1) == std::vector<int64_t>{state[1], 4 * state[1]} &&
                    call.Shape(3) == state,
                "shapes must be [batch, steps, 4 units], [units, 4 units] and twice [batch, units]");
    if (call.Failed()) return;
    const Shape s = {projected[0], projected[1], state[1], hard_};
    const std::vector<int64_t> narrow = {s.rows, s.steps, s.units};
    const float *const weights = call.Input(1);
    const Forward a = {call.Input(0),          call.Input(2),           call.Input(3),
                       call.Output(0, narrow), call.Output(1, narrow), call.Output(2, projected, 0),
                       call.Output(3, narrow)};
    if (!call.Failed()) RunForward(s, Panels(weights, s.units, 4 * s.units, 4 * s.units, 1), a);
  }

 private:
  const bool hard_;
};

class LstmGrad {
 public:
  explicit LstmGrad(Construction &given) : hard_(given.Bool("hard")) {}

  void Compute(Call &call) const {
    const auto gates = call.Shape(1), cells = call.Shape(3), cell = call.Shape(4), outputs = call.Shape(5);
    const bool all = outputs.size() == 3;
    call.Expect(gates.size() == 3 && cells.size() == 3 && gates[0] == cells[0] && gates[1] == cells[1] &&
                    gates[2] == 4 * cells[2] && call.Shape(2) == cells &&
                    cell == std::vector<int64_t>{cells[0], cells[2]} && call.Shape(6) == cell &&
                    call.Shape(7) == cell && call.Shape(0) == std::vector<int64_t>{cells[2], gates[2]} &&
                    (!all || outputs == cells),
                "shapes must be as GradoscopeLstm takes and gives them");
    if (call.Failed()) return;
    const Shape s = {cells[0], cells[1], cells[2], hard_};
    const Backward a = {call.Input(1),           call.Input(2),
                        call.Input(3),           call.Input(4),
                        all ? call.Input(5) : nullptr, call.Output(0, gates),
                        call.Output(1, cell),    call.Output(2, cell)};
    const float *const dh = call.Input(6), *const dc = call.Input(7);
    if (call.Failed()) return;
    std::memcpy(a.dh, dh, size_t(s.rows * s.units) * sizeof(float));
    std::memcpy(a.dc, dc, size_t(s.rows * s.units) * sizeof(float));
    RunBackward(s, Panels(call.Input(0), 4 * s.units, s.units, 1, 4 * s.units), a);
  }

 private:
  const bool hard_;
};

const Op<Lstm> lstm({"GradoscopeLstm",
                     {"projected: float", "recurrent: float", "state: float", "cell: float"},
                     {"states: float", "cells: float", "gates: float", "squashed: float"},
                     {"hard: bool"},
                     [](TF_ShapeInferenceContext *context, TF_Status *status) {
                       for (int i : {0, 1, 3}) SetOutputJoined(context, i, 0, 2, status);
                       SetOutputLike(context, 2, 0, status);
                     }});

const Op<LstmGrad> lstm_grad({"GradoscopeLstmGrad",
                              {"recurrent: float", "gates: float", "squashed: float", "cells: float", "cell: float",
                               "states_gradient: float", "state_gradient: float", "cell_gradient: float"},
                              {"projected_gradient: float", "first_state_gradient: float", "first_cell_gradient: float"},
                              {"hard: bool"},
                              [](TF_ShapeInferenceContext *context, TF_Status *status) {
                                SetOutputLike(context, 0, 1, status);
                                for (int i : {1, 2}) SetOutputLike(context, i, 4, status);
                              }});

}  // namespace
}  // namespace gradoscope
