// The loops of recurrent layers over their steps: forward, and back for the gradients. The rows of a batch do not depend on
// each other: several operations at once can share one. Arrays are `[rows, steps, …]` or, for a state or cell, `[rows, units]`;
// `projected` is the product of inputs and weights with the bias added, and may be where the gates are put.

#ifndef GRADOSCOPE_RECURRENT_H_
#define GRADOSCOPE_RECURRENT_H_

#include <cstdint>

namespace gradoscope {

struct Recurrence {
  int64_t rows, steps, units;
  // Gates by 0.2 x + 0.5 between 0 and 1, as in TensorFlow.js by default, or by the sigmoid.
  bool hard;
};

// Hochreiter and Schmidhuber, 1997; with forget gates: Gers et al., 2000. Gates: input, forget, candidate, output.
struct LstmForward {
  const float *projected, *recurrent, *h0, *c0;
  float *states, *cells, *gates, *squashed;
};

struct LstmBackward {
  const float *recurrent, *gates, *squashed, *cells, *c0;
  // Gradients of the states of all steps, or null.
  const float *dy;
  // dh and dc come with the gradients of the last state and cell and leave with those of the first.
  float *dz, *dh, *dc;
};

// Cho et al., 2014. Gates: update, reset, candidate. `reset` is the state that the reset gate lets through.
struct GruForward {
  const float *projected, *recurrent, *h0;
  float *states, *gates, *reset;
};

struct GruBackward {
  const float *recurrent, *gates, *states, *h0;
  const float *dy;
  float *dz, *dh;
};

void Run(const Recurrence &shape, const LstmForward &arrays);
void Run(const Recurrence &shape, const LstmBackward &arrays);
void Run(const Recurrence &shape, const GruForward &arrays);
void Run(const Recurrence &shape, const GruBackward &arrays);

}  // namespace gradoscope

#endif  // GRADOSCOPE_RECURRENT_H_
