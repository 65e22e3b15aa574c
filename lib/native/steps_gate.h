// Gates and their derivatives.
// Included for each kind of processor within a namespace and a target of its own (recurrent.cc), hence without a guard and
// without includes: vectors are translated for the target of the function that they stand in, before it is inlined.

template <bool hard>
ALWAYS_INLINE Vector Gate(Vector x) {
  return hard ? HardSigmoid(x) : Sigmoid(x);
}

// The derivative of a gate, from its value.
template <bool hard>
ALWAYS_INLINE Vector Slope(Vector y) {
  if (!hard) return y * (1.0f - y);
  const Vector rising = y > 0.0f ? All(0.2f) : All(0.0f);
  return y < 1.0f ? rising : All(0.0f);
}
