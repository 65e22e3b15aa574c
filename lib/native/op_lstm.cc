#include <cstdint>
#include <cstring>
#include <vector>

#include "op.h"
#include "recurrent.h"

namespace gradoscope {
namespace {

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
    const Recurrence s = {projected[0], projected[1], state[1], hard_};
    const std::vector<int64_t> narrow = {s.rows, s.steps, s.units};
    const LstmForward a = {call.Input(0),          call.Input(1),          call.Input(2), call.Input(3),
                       call.Output(0, narrow), call.Output(1, narrow), call.Output(2, projected, 0),
                       call.Output(3, narrow)};
    if (!call.Failed()) Run(s, a);
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
    const Recurrence s = {cells[0], cells[1], cells[2], hard_};
    const LstmBackward a = {call.Input(0),           call.Input(1),
                        call.Input(2),           call.Input(3), call.Input(4),
                        all ? call.Input(5) : nullptr, call.Output(0, gates),
                        call.Output(1, cell),    call.Output(2, cell)};
    const float *const dh = call.Input(6), *const dc = call.Input(7);
    if (call.Failed()) return;
    std::memcpy(a.dh, dh, size_t(s.rows * s.units) * sizeof(float));
    std::memcpy(a.dc, dc, size_t(s.rows * s.units) * sizeof(float));
    Run(s, a);
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
