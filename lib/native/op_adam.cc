// One step of Adam (Kingma and Ba, 2015, algorithm 1) for one tensor in one pass, with every rounding as the operations of
// TensorFlow.js's optimizer have it: the results are equal bit by bit. So: division by 1 − βᵗ, not multiplication by its
// reciprocal; and no fused multiply-add (-ffp-contract=off).

#include <cmath>

#include "op.h"

namespace gradoscope {
namespace {

struct Moments {
  float beta1, rest1, beta2, rest2, epsilon;
};

GRADOSCOPE_CLONES
void Step(int64_t n, const float *__restrict p, const float *__restrict m, const float *__restrict v,
          const float *__restrict g, float *p2, float *m2, float *v2, float minus_rate, float correction1,
          float correction2, Moments s) {
  for (int64_t i = 0; i < n; i++) {
    const float first = m[i] * s.beta1 + g[i] * s.rest1;
    const float second = v[i] * s.beta2 + g[i] * g[i] * s.rest2;
    const float change = first / correction1 / (std::sqrt(second / correction2) + s.epsilon);
    p2[i] = change * minus_rate + p[i];
    m2[i] = first;
    v2[i] = second;
  }
}

class Adam {
 public:
  explicit Adam(Construction &given)
      : moments_{given.Float("beta1"), given.Float("rest1"), given.Float("beta2"), given.Float("rest2"),
                 given.Float("epsilon")} {}

  void Compute(Call &call) const {
    const int64_t n = call.Size(0);
    for (int i = 1; i < 4; i++) call.Expect(call.Size(i) == n, "value, moments and gradient must be of one size");
    for (int i = 4; i < 7; i++) call.Expect(call.Size(i) == 1, "rate and corrections must be scalars");
    const auto shape = call.Shape(0);
    const float *const p = call.Input(0), *const m = call.Input(1), *const v = call.Input(2), *const g = call.Input(3);
    const float *const rate = call.Input(4), *const c1 = call.Input(5), *const c2 = call.Input(6);
    float *const p2 = call.Output(0, shape), *const m2 = call.Output(1, shape), *const v2 = call.Output(2, shape);
    if (!call.Failed()) Step(n, p, m, v, g, p2, m2, v2, *rate, *c1, *c2, moments_);
  }

 private:
  const Moments moments_;
};

const Op<Adam> adam({"GradoscopeAdam",
                     {"value: float", "first: float", "second: float", "gradient: float", "minus_rate: float",
                      "correction1: float", "correction2: float"},
                     {"new_value: float", "new_first: float", "new_second: float"},
                     {"beta1: float", "rest1: float", "beta2: float", "rest2: float", "epsilon: float"},
                     [](TF_ShapeInferenceContext *context, TF_Status *status) {
                       for (int i = 0; i < 3; i++) SetOutputLike(context, i, i, status);
                     }});

}  // namespace
}  // namespace gradoscope
