// Eight float32 at a time, in the form that GCC and Clang translate for any processor.
// Included for each kind of processor within a namespace and a target of its own (recurrent.cc), hence without a guard and
// without includes: vectors are translated for the target of the function that they stand in, before it is inlined.

#undef ALWAYS_INLINE
#define ALWAYS_INLINE static inline __attribute__((always_inline))

typedef float Vector __attribute__((vector_size(32)));
typedef int32_t Ints8 __attribute__((vector_size(32)));
constexpr int kLanes = 8;

ALWAYS_INLINE Vector Load(const float *from) {
  Vector v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

ALWAYS_INLINE void Store(float *to, Vector v) { std::memcpy(to, &v, sizeof v); }

// The first `count` lanes; the others are 0 or left alone.
ALWAYS_INLINE Vector LoadSome(const float *from, int64_t count) {
  if (count >= kLanes) return Load(from);
  Vector v = {};
  std::memcpy(&v, from, size_t(count) * sizeof(float));
  return v;
}

ALWAYS_INLINE void StoreSome(float *to, Vector v, int64_t count) {
  std::memcpy(to, &v, size_t(count >= kLanes ? kLanes : count) * sizeof(float));
}

ALWAYS_INLINE Vector All(float x) { return Vector{} + x; }

// exp to about an ulp: 2ⁿ times a polynomial on ±ln(2)/2 (Cody and Waite's reduction).
ALWAYS_INLINE Vector Exp(Vector x) {
  x = x < -87.0f ? All(-87.0f) : x;
  x = x > 88.0f ? All(88.0f) : x;
  const Vector n = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
  const Vector r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Vector p = All(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  const Vector y = p * r * r + r + 1.0f;
  const Ints8 bits = (__builtin_convertvector(n, Ints8) + 127) << 23;
  Vector scale;
  std::memcpy(&scale, &bits, sizeof scale);
  return y * scale;
}

ALWAYS_INLINE Vector Sigmoid(Vector x) { return 1.0f / (1.0f + Exp(-x)); }

ALWAYS_INLINE Vector HardSigmoid(Vector x) {
  Vector y = 0.2f * x + 0.5f;
  y = y < 0.0f ? All(0.0f) : y;
  return y > 1.0f ? All(1.0f) : y;
}

// A polynomial near 0, where 1 − 2/(e²ˣ + 1) would lose digits.
ALWAYS_INLINE Vector Tanh(Vector x) {
  const Vector z = x * x;
  Vector p = All(-5.70498872745e-3f);
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  const Vector near = p * z * x + x;
  const Vector far = 1.0f - 2.0f / (Exp(2.0f * x) + 1.0f);
  return z < 0.390625f ? near : far;
}
