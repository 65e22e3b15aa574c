// The gradient of max pooling, NHWC, for windows that do not overlap: each value goes to the first largest one of its
// window, as in TensorFlow's own kernel, which looks for it a channel at a time.

#include <algorithm>
#include <cstring>
#include <vector>

#include "op.h"

namespace gradoscope {
namespace {

struct Geometry {
  int64_t batch, height, width, channels, rows, columns;
};

struct Window {
  int32_t height, width, stride_y, stride_x, top, left;
};

// Gives what is left of a window's gradient to the place whose value is the window's largest.
inline void Give(int64_t channels, const float *__restrict x, const float *__restrict y, float *__restrict rest,
          float *__restrict dx) {
  for (int64_t c = 0; c < channels; c++) {
    const bool here = x[c] == y[c];
    dx[c] = here ? rest[c] : 0.0f;
    rest[c] = here ? 0.0f : rest[c];
  }
}

GRADOSCOPE_CLONES
void Gradient(const Geometry &g, const Window &w, const float *x, const float *y, const float *dy, float *dx) {
  const size_t bytes = size_t(g.channels) * sizeof(float);
  std::vector<float> rest(size_t(g.channels));
  // Windows that lie side by side from the corner on write all but a margin.
  const bool tiled = w.stride_y == w.height && w.stride_x == w.width && w.top == 0 && w.left == 0;
  const int64_t rows = tiled ? std::min(g.rows * w.height, g.height) : 0;
  const int64_t columns = tiled ? std::min(g.columns * w.width, g.width) : 0;
  for (int64_t line = 0; line < g.batch * g.height; line++) {
    const int64_t written = line % g.height < rows ? columns : 0;
    std::memset(dx + (line * g.width + written) * g.channels, 0, size_t(g.width - written) * bytes);
  }
  for (int64_t n = 0; n < g.batch; n++) {
    for (int64_t row = 0; row < g.rows; row++) {
      const int64_t y0 = row * w.stride_y - w.top, from_y = std::max<int64_t>(y0, 0);
      const int64_t to_y = std::min<int64_t>(y0 + w.height, g.height);
      for (int64_t column = 0; column < g.columns; column++) {
        const int64_t x0 = column * w.stride_x - w.left, from_x = std::max<int64_t>(x0, 0);
        const int64_t to_x = std::min<int64_t>(x0 + w.width, g.width);
        const int64_t window = ((n * g.rows + row) * g.columns + column) * g.channels;
        std::memcpy(rest.data(), dy + window, bytes);
        for (int64_t i = from_y; i < to_y; i++) {
          for (int64_t j = from_x; j < to_x; j++) {
            const int64_t at = ((n * g.height + i) * g.width + j) * g.channels;
            Give(g.channels, x + at, y + window, rest.data(), dx + at);
          }
        }
      }
    }
  }
}

class MaxPoolGrad {
 public:
  explicit MaxPoolGrad(Construction &given)
      : window_{given.Int("height"),   given.Int("width"), given.Int("stride_y"),
                given.Int("stride_x"), given.Int("top"),   given.Int("left")} {}

  void Compute(Call &call) const {
    const auto in = call.Shape(0), out = call.Shape(1);
    call.Expect(in.size() == 4 && out.size() == 4 && in[0] == out[0] && in[3] == out[3] && call.Shape(2) == out,
                "input and output must be images of one batch, and the gradient like the output");
    call.Expect(window_.stride_y >= window_.height && window_.stride_x >= window_.width, "windows must not overlap");
    const float *const x = call.Input(0), *const y = call.Input(1), *const dy = call.Input(2);
    float *const dx = call.Output(0, in);
    if (call.Failed()) return;
    Gradient({in[0], in[1], in[2], in[3], out[1], out[2]}, window_, x, y, dy, dx);
  }

 private:
  const Window window_;
};

const Op<MaxPoolGrad> max_pool_grad(
    {"GradoscopeMaxPoolGrad",
     {"input: float", "output: float", "output_gradient: float"},
     {"gradient: float"},
     {"height: int", "width: int", "stride_y: int", "stride_x: int", "top: int", "left: int"},
     [](TF_ShapeInferenceContext *context, TF_Status *status) { SetOutputLike(context, 0, 0, status); }});

}  // namespace
}  // namespace gradoscope
