// C = C₀ + A·B for a few rows and a B that is used many times, on one thread: what a recurrent layer needs at each step. Each
// element is summed in the order of A's columns, however many rows there are.

#ifndef GRADOSCOPE_OP_PRODUCT_H_
#define GRADOSCOPE_OP_PRODUCT_H_

#include <algorithm>
#include <vector>

#include "op_vector.h"

namespace gradoscope {

// B in panels of 16 columns, each row by row; the last one is filled up with zeros.
class Panels {
 public:
  static constexpr int64_t kWidth = 2 * kLanes;

  // An element of B is at `from[row · row_stride + column · column_stride]`.
  Panels(const float *from, int64_t rows, int64_t columns, int64_t row_stride, int64_t column_stride)
      : rows(rows), columns(columns), values_(size_t((columns + kWidth - 1) / kWidth * kWidth * rows), 0.0f) {
    for (int64_t first = 0; first < columns; first += kWidth) {
      const int64_t count = std::min(kWidth, columns - first);
      for (int64_t row = 0; row < rows; row++) {
        float *const to = values_.data() + first * rows + row * kWidth;
        for (int64_t j = 0; j < count; j++) to[j] = from[row * row_stride + (first + j) * column_stride];
      }
    }
  }

  const float *Panel(int64_t first_column) const { return values_.data() + first_column * rows; }

  const int64_t rows, columns;

 private:
  std::vector<float> values_;
};

struct Rows {
  const float *first;
  int64_t stride;
};

GRADOSCOPE_INLINE Rows From(Rows rows, int64_t row) {
  return {rows.first == nullptr ? nullptr : rows.first + row * rows.stride, rows.stride};
}

template <int R>
GRADOSCOPE_INLINE void Tile(const Panels &b, int64_t column, Rows a, Rows start, float *c, int64_t c_stride) {
  const int64_t count = std::min(Panels::kWidth, b.columns - column), high = count - kLanes;
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
  const float *panel = b.Panel(column);
  for (int64_t k = 0; k < b.rows; k++, panel += Panels::kWidth) {
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
GRADOSCOPE_INLINE void Product(int64_t rows, const Panels &b, Rows a, Rows start, float *c, int64_t c_stride) {
  for (int64_t column = 0; column < b.columns; column += Panels::kWidth) {
    int64_t row = 0;
    for (; rows - row >= 6; row += 6) Tile<6>(b, column, From(a, row), From(start, row), c + row * c_stride, c_stride);
    for (; rows - row >= 4; row += 4) Tile<4>(b, column, From(a, row), From(start, row), c + row * c_stride, c_stride);
    for (; rows - row >= 1; row += 1) Tile<1>(b, column, From(a, row), From(start, row), c + row * c_stride, c_stride);
  }
}

}  // namespace gradoscope

#endif  // GRADOSCOPE_OP_PRODUCT_H_
