#include <cstdint>
#include <cstring>
#include <vector>

#include "op.h"
#include "recurrent.h"

namespace gradoscope {
namespace {

class Gru {
 public:
  explicit Gru(Construction &given) : hard_(given.Bool("hard")) {}

  void Compute(Call &call) const {
    const auto projected = call.Shape(0), state = call.Shape(2);
    call.Expect(projected.size() == 3 && state.size() == 2 && projected[0] == state[0] &&
                    projected[2] == 3 * state[1] && call.Shape(1) == std::vector<int64_t>{state[1], 3 * state[1]},
                "shapes must be [batch, steps, 3 units], [units, 3 units] and [batch, units]");
    if (call.Failed()) return;
    const Recurrence s = {projected[0], projected[1], state[1], hard_};
    const std::vector<int64_t> narrow = {s.rows, s.steps, s.units};
    const GruForward a = {call.Input(0),          call.Input(1),                call.Input(2),
                          call.Output(0, narrow), call.Output(1, projected, 0), call.Output(2, narrow)};
    if (!call.Failed()) Run(s, a);
  }

 private:
  const bool hard_;
};

class GruGrad {
 public:
  explicit GruGrad(Construction &given) : hard_(given.Bool("hard")) {}

  void Compute(Call &call) const {
    const auto gates = call.Shape(1), states = call.Shape(2), state = call.Shape(3), outputs = call.Shape(4);
    const bool all = outputs.size() == 3;
    call.Expect(gates.size() == 3 && states.size() == 3 && gates[0] == states[0] && gates[1] == states[1] &&
                    gates[2] == 3 * states[2] && state == std::vector<int64_t>{states[0], states[2]} &&
                    call.Shape(5) == state && call.Shape(0) == std::vector<int64_t>{states[2], gates[2]} &&
                    (!all || outputs == states),
                "shapes must be as GradoscopeGru takes and gives them");
    if (call.Failed()) return;
    const Recurrence s = {states[0], states[1], states[2], hard_};
    const GruBackward a = {call.Input(0),        call.Input(1),
                           call.Input(2),        call.Input(3),
                           all ? call.Input(4) : nullptr, call.Output(0, gates),
                           call.Output(1, state)};
    const float *const dh = call.Input(5);
    if (call.Failed()) return;
    std::memcpy(a.dh, dh, size_t(s.rows * s.units) * sizeof(float));
    Run(s, a);
  }

 private:
  const bool hard_;
};

const Op<Gru> gru({"GradoscopeGru",
                   {"projected: float", "recurrent: float", "state: float"},
                   {"states: float", "gates: float", "reset: float"},
                   {"hard: bool"},
                   [](TF_ShapeInferenceContext *context, TF_Status *status) {
                     for (int i : {0, 2}) SetOutputJoined(context, i, 0, 2, status);
                     SetOutputLike(context, 1, 0, status);
                   }});

const Op<GruGrad> gru_grad({"GradoscopeGruGrad",
                            {"recurrent: float", "gates: float", "states: float", "state: float",
                             "states_gradient: float", "state_gradient: float"},
                            {"projected_gradient: float", "first_state_gradient: float"},
                            {"hard: bool"},
                            [](TF_ShapeInferenceContext *context, TF_Status *status) {
                              SetOutputLike(context, 0, 1, status);
                              SetOutputLike(context, 1, 3, status);
                            }});

}  // namespace
}  // namespace gradoscope
