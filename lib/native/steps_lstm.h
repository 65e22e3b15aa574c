// The loops of the LSTM.
// Included for each kind of processor within a namespace and a target of its own (recurrent.cc), hence without a guard and
// without includes: vectors are translated for the target of the function that they stand in, before it is inlined.

template <bool hard>
ALWAYS_INLINE void OpenLstm(int64_t n, float *gates, const float *before, float *h, float *c, float *squashed) {
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

static void ForwardLstm(const Recurrence &s, const LstmForward &a, float *scratch) {
  const Panels recurrent = Pack(a.recurrent, s.units, 4 * s.units, 4 * s.units, 1, scratch);
  const int64_t n = s.units, line = s.steps * n;
  for (int64_t t = 0; t < s.steps; t++) {
    const Rows state = t == 0 ? Rows{a.h0, n} : Rows{a.states + (t - 1) * n, line};
    const Rows cell = t == 0 ? Rows{a.c0, n} : Rows{a.cells + (t - 1) * n, line};
    Product(s.rows, recurrent, state, {a.projected + 4 * t * n, 4 * line}, a.gates + 4 * t * n, 4 * line);
    for (int64_t row = 0; row < s.rows; row++) {
      const int64_t at = row * line + t * n;
      const float *const before = cell.first + row * cell.stride;
      if (s.hard) {
        OpenLstm<true>(n, a.gates + 4 * at, before, a.states + at, a.cells + at, a.squashed + at);
      } else {
        OpenLstm<false>(n, a.gates + 4 * at, before, a.states + at, a.cells + at, a.squashed + at);
      }
    }
  }
}

template <bool hard>
ALWAYS_INLINE void CloseLstm(int64_t n, const float *gates, const float *squashed, const float *before,
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

static void BackwardLstm(const Recurrence &s, const LstmBackward &a, float *scratch) {
  const Panels transposed = Pack(a.recurrent, 4 * s.units, s.units, 1, 4 * s.units, scratch);
  const int64_t n = s.units, line = s.steps * n;
  for (int64_t t = s.steps - 1; t >= 0; t--) {
    const Rows cell = t == 0 ? Rows{a.c0, n} : Rows{a.cells + (t - 1) * n, line};
    for (int64_t row = 0; row < s.rows; row++) {
      const int64_t at = row * line + t * n;
      const float *const dy = a.dy == nullptr ? nullptr : a.dy + at;
      const float *const before = cell.first + row * cell.stride;
      float *const dh = a.dh + row * n, *const dc = a.dc + row * n;
      if (s.hard) {
        CloseLstm<true>(n, a.gates + 4 * at, a.squashed + at, before, dh, dy, dc, a.dz + 4 * at);
      } else {
        CloseLstm<false>(n, a.gates + 4 * at, a.squashed + at, before, dh, dy, dc, a.dz + 4 * at);
      }
    }
    Product(s.rows, transposed, {a.dz + 4 * t * n, 4 * line}, {nullptr, 0}, a.dh, n);
  }
}
