// The loops of the GRU.
// Included for each kind of processor within a namespace and a target of its own (recurrent.cc), hence without a guard and
// without includes: vectors are translated for the target of the function that they stand in, before it is inlined.

template <bool hard>
ALWAYS_INLINE void OpenGru(int64_t n, float *gates, const float *before, float *reset) {
  for (int64_t j = 0; j < n; j += kLanes) {
    const int64_t count = n - j;
    const Vector r = Gate<hard>(LoadSome(gates + n + j, count));
    StoreSome(gates + j, Gate<hard>(LoadSome(gates + j, count)), count);
    StoreSome(gates + n + j, r, count);
    StoreSome(reset + j, r * LoadSome(before + j, count), count);
  }
}

ALWAYS_INLINE void MixGru(int64_t n, float *gates, const float *before, float *h) {
  for (int64_t j = 0; j < n; j += kLanes) {
    const int64_t count = n - j;
    const Vector z = LoadSome(gates + j, count), candidate = Tanh(LoadSome(gates + 2 * n + j, count));
    StoreSome(gates + 2 * n + j, candidate, count);
    StoreSome(h + j, z * LoadSome(before + j, count) + (1.0f - z) * candidate, count);
  }
}

static void ForwardGru(const Recurrence &s, const GruForward &a, float *scratch) {
  const int64_t n = s.units, line = s.steps * n;
  const Panels gates = Pack(a.recurrent, n, 2 * n, 3 * n, 1, scratch);
  const Panels candidate = Pack(a.recurrent + 2 * n, n, n, 3 * n, 1, scratch + n * (2 * n + kWidth));
  for (int64_t t = 0; t < s.steps; t++) {
    const Rows state = t == 0 ? Rows{a.h0, n} : Rows{a.states + (t - 1) * n, line};
    const float *const from = a.projected + 3 * t * n;
    float *const to = a.gates + 3 * t * n;
    Product(s.rows, gates, state, {from, 3 * line}, to, 3 * line);
    for (int64_t row = 0; row < s.rows; row++) {
      const float *const before = state.first + row * state.stride;
      float *const reset = a.reset + row * line + t * n;
      if (s.hard) {
        OpenGru<true>(n, to + 3 * row * line, before, reset);
      } else {
        OpenGru<false>(n, to + 3 * row * line, before, reset);
      }
    }
    Product(s.rows, candidate, {a.reset + t * n, line}, {from + 2 * n, 3 * line}, to + 2 * n, 3 * line);
    for (int64_t row = 0; row < s.rows; row++) {
      MixGru(n, to + 3 * row * line, state.first + row * state.stride, a.states + row * line + t * n);
    }
  }
}

template <bool hard>
ALWAYS_INLINE void UnmixGru(int64_t n, const float *gates, const float *before, const float *dy, float *dh, float *dz) {
  for (int64_t j = 0; j < n; j += kLanes) {
    const int64_t count = n - j;
    const Vector z = LoadSome(gates + j, count), candidate = LoadSome(gates + 2 * n + j, count);
    Vector d = LoadSome(dh + j, count);
    if (dy != nullptr) d += LoadSome(dy + j, count);
    StoreSome(dz + j, d * (LoadSome(before + j, count) - candidate) * Slope<hard>(z), count);
    StoreSome(dz + 2 * n + j, d * (1.0f - z) * (1.0f - candidate * candidate), count);
    StoreSome(dh + j, d * z, count);
  }
}

template <bool hard>
ALWAYS_INLINE void CloseGru(int64_t n, const float *gates, const float *before, const float *dreset, float *dh,
                            float *dz) {
  for (int64_t j = 0; j < n; j += kLanes) {
    const int64_t count = n - j;
    const Vector r = LoadSome(gates + n + j, count), d = LoadSome(dreset + j, count);
    StoreSome(dz + n + j, d * LoadSome(before + j, count) * Slope<hard>(r), count);
    StoreSome(dh + j, LoadSome(dh + j, count) + d * r, count);
  }
}

static void BackwardGru(const Recurrence &s, const GruBackward &a, float *scratch) {
  const int64_t n = s.units, line = s.steps * n;
  float *const room = scratch + s.rows * n;
  const Panels gates = Pack(a.recurrent, 2 * n, n, 1, 3 * n, room);
  const Panels candidate = Pack(a.recurrent + 2 * n, n, n, 1, 3 * n, room + 2 * n * (n + kWidth));
  float *const dreset = scratch;
  for (int64_t t = s.steps - 1; t >= 0; t--) {
    const Rows state = t == 0 ? Rows{a.h0, n} : Rows{a.states + (t - 1) * n, line};
    const float *const opened = a.gates + 3 * t * n;
    float *const dz = a.dz + 3 * t * n;
    for (int64_t row = 0; row < s.rows; row++) {
      const float *const dy = a.dy == nullptr ? nullptr : a.dy + row * line + t * n;
      const float *const before = state.first + row * state.stride;
      const int64_t at = 3 * row * line;
      if (s.hard) {
        UnmixGru<true>(n, opened + at, before, dy, a.dh + row * n, dz + at);
      } else {
        UnmixGru<false>(n, opened + at, before, dy, a.dh + row * n, dz + at);
      }
    }
    Product(s.rows, candidate, {dz + 2 * n, 3 * line}, {nullptr, 0}, dreset, n);
    for (int64_t row = 0; row < s.rows; row++) {
      const float *const before = state.first + row * state.stride;
      const int64_t at = 3 * row * line;
      if (s.hard) {
        CloseGru<true>(n, opened + at, before, dreset + row * n, a.dh + row * n, dz + at);
      } else {
        CloseGru<false>(n, opened + at, before, dreset + row * n, a.dh + row * n, dz + at);
      }
    }
    Product(s.rows, gates, {dz, 3 * line}, {a.dh, n}, a.dh, n);
  }
}
