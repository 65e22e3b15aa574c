// Operations of our own by TensorFlow's C interface for kernels: what each of them needs to register itself and to compute.
// They are float32 and for the CPU, and run on one thread; TensorFlow runs several at once.

#ifndef GRADOSCOPE_OP_H_
#define GRADOSCOPE_OP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

// A function for each kind of processor; the loader takes the right one.
#if defined(__x86_64__) && defined(__linux__)
#define GRADOSCOPE_CLONES __attribute__((target_clones("arch=skylake-avx512", "arch=haswell", "default")))
#else
#define GRADOSCOPE_CLONES
#endif

namespace gradoscope {

// What is known when a kernel is made: its attributes.
class Construction {
 public:
  explicit Construction(TF_OpKernelConstruction *construction);
  ~Construction();
  float Float(const char *attribute);
  int32_t Int(const char *attribute);
  bool Bool(const char *attribute);

 private:
  TF_OpKernelConstruction *const construction_;
  TF_Status *const status_;
};

// One call of a kernel. The first failure is what TensorFlow reports; after it, pointers are null.
class Call {
 public:
  explicit Call(TF_OpKernelContext *context);
  ~Call();
  const float *Input(int i);
  int64_t Size(int i);
  std::vector<int64_t> Shape(int i);
  // Room for an output; that of the input `reuse`, if nobody else needs it and it is of the same size.
  float *Output(int i, const std::vector<int64_t> &shape, int reuse = -1);
  void Expect(bool holds, const char *message);
  bool Failed() const;

 private:
  TF_Tensor *Tensor(int i);

  TF_OpKernelContext *const context_;
  TF_Status *const status_;
  std::vector<TF_Tensor *> inputs_;
  std::vector<TF_Tensor *> outputs_;
};

using ShapeFunction = void (*)(TF_ShapeInferenceContext *, TF_Status *);

// Makes an output's shape that of an input, by their numbers.
void SetOutputLike(TF_ShapeInferenceContext *context, int output, int input, TF_Status *status);

// The same, with the last dimension of another input in the place of its own.
void SetOutputJoined(TF_ShapeInferenceContext *context, int output, int input, int last, TF_Status *status);

struct Signature {
  const char *name;
  std::vector<const char *> inputs;
  std::vector<const char *> outputs;
  std::vector<const char *> attributes;
  ShapeFunction shapes;
};

using Create = void *(*)(TF_OpKernelConstruction *);
using Compute = void (*)(void *, TF_OpKernelContext *);
using Delete = void (*)(void *);
void RegisterOp(const Signature &signature, Create create, Compute compute, Delete destroy);

// Whether TensorFlow has taken all of them.
bool AllRegistered();

// A static one registers a kernel: a class made from a Construction, with Compute(Call &).
template <class Kernel>
struct Op {
  explicit Op(const Signature &signature) {
    RegisterOp(
        signature,
        [](TF_OpKernelConstruction *given) -> void * {
          Construction construction(given);
          return new Kernel(construction);
        },
        [](void *kernel, TF_OpKernelContext *context) {
          Call call(context);
          static_cast<const Kernel *>(kernel)->Compute(call);
        },
        [](void *kernel) { delete static_cast<Kernel *>(kernel); });
  }
};

}  // namespace gradoscope

#endif  // GRADOSCOPE_OP_H_
