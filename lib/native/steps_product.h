// C = C₀ + A·B for a few rows and a B that is used many times, on one thread: what a recurrent layer needs at each step. Each
// element is summed in the order of A's columns, however many rows there are.
// Included for each kind of processor within a namespace and a target of its own (recurrent.cc), hence without a guard and
// without includes: vectors are translated for the target of the function that they stand in, before it is inlined.

constexpr int64_t kWidth = 2 * kLanes;

// B in panels of 16 columns, each row by row; the last one is filled up with zeros.
struct Panels {
  const float *values;
  int64_t rows, columns;
};

// An element of B is at `from[row · row_stride + column · column_stride]`; `to` has room for columns up to a multiple of 16.
static Panels Pack(const float *from, int64_t rows, int64_t columns, int64_t row_stride, int64_t column_stride,
                   float *to) {
  for (int64_t first = 0; first < columns; first += kWidth) {
    for (int64_t row = 0; row < rows; row++) {
      for (int64_t j = 0; j < kWidth; j++) {
        const bool there = first + j < columns;
        to[first * rows + row * kWidth + j] = there ? from[row * row_stride + (first + j) * column_stride] : 0.0f;
      }
    }
  }
  return {to, rows, columns};
}

struct Rows {
  const float *first;
  int64_t stride;
};

ALWAYS_INLINE Rows From(Rows rows, int64_t row) {
  return {rows.first == nullptr ? nullptr : rows.first + row * rows.stride, rows.stride};
}

template <int R>
ALWAYS_INLINE void Tile(Panels b, int64_t column, Rows a, Rows start, float *c, int64_t c_stride) {
  const int64_t count = b.columns - column < kWidth ? b.columns - column : kWidth, high = count - kLanes;
  Vector sums[R][2];
  for (int i = 0; i < R; i++) {
    if (start.first == nullptr) {
      sums[i][0] = sums[i][1] = Vector{};
    } else {
      const float *const from = start.first + i * start.stride + column;
      sums[i][0] = LoadSome(from, count);
      sums[i][1] = high > 0 ? LoadSome(from + kLanes, high) : Vector{};
    }
  }
  const float *panel = b.values + column * b.rows;
  for (int64_t k = 0; k < b.rows; k++, panel += kWidth) {
    const Vector low = Load(panel), next = Load(panel + kLanes);
    for (int i = 0; i < R; i++) {
      const Vector factor = All(a.first[i * a.stride + k]);
      sums[i][0] += factor * low;
      sums[i][1] += factor * next;
    }
  }
  for (int i = 0; i < R; i++) {
    float *const to = c + i * c_stride + column;
    StoreSome(to, sums[i][0], count);
    if (high > 0) StoreSome(to + kLanes, sums[i][1], high);
  }
}

// `start` gives C₀, or nothing for 0; it may be C itself.
ALWAYS_INLINE void Product(int64_t rows, Panels b, Rows a, Rows start, float *c, int64_t c_stride) {
  for (int64_t column = 0; column < b.columns; column += kWidth) {
    int64_t row = 0;
    for (; rows - row >= 6; row += 6) Tile<6>(b, column, From(a, row), From(start, row), c + row * c_stride, c_stride);
    for (; rows - row >= 4; row += 4) Tile<4>(b, column, From(a, row), From(start, row), c + row * c_stride, c_stride);
    for (; rows - row >= 1; row += 1) Tile<1>(b, column, From(a, row), From(start, row), c + row * c_stride, c_stride);
  }
}
