#include "op.h"

#include <cstdint>
#include <cstdio>

namespace gradoscope {
namespace {

bool all_registered = true;

}  // namespace

bool AllRegistered() { return all_registered; }

Construction::Construction(TF_OpKernelConstruction *construction)
    : construction_(construction), status_(TF_NewStatus()) {}

Construction::~Construction() {
  if (TF_GetCode(status_) != TF_OK) TF_OpKernelConstruction_Failure(construction_, status_);
  TF_DeleteStatus(status_);
}

float Construction::Float(const char *attribute) {
  float value = 0;
  if (TF_GetCode(status_) == TF_OK) TF_OpKernelConstruction_GetAttrFloat(construction_, attribute, &value, status_);
  return value;
}

int32_t Construction::Int(const char *attribute) {
  int32_t value = 0;
  if (TF_GetCode(status_) == TF_OK) TF_OpKernelConstruction_GetAttrInt32(construction_, attribute, &value, status_);
  return value;
}

bool Construction::Bool(const char *attribute) {
  TF_Bool value = 0;
  if (TF_GetCode(status_) == TF_OK) TF_OpKernelConstruction_GetAttrBool(construction_, attribute, &value, status_);
  return value != 0;
}

Call::Call(TF_OpKernelContext *context)
    : context_(context),
      status_(TF_NewStatus()),
      inputs_(size_t(TF_NumInputs(context)), nullptr),
      outputs_(size_t(TF_NumOutputs(context)), nullptr) {}

Call::~Call() {
  if (Failed()) TF_OpKernelContext_Failure(context_, status_);
  for (TF_Tensor *tensor : inputs_) TF_DeleteTensor(tensor);
  for (TF_Tensor *tensor : outputs_) TF_DeleteTensor(tensor);
  TF_DeleteStatus(status_);
}

TF_Tensor *Call::Tensor(int i) {
  TF_Tensor *&tensor = inputs_[size_t(i)];
  if (tensor == nullptr && !Failed()) TF_GetInput(context_, i, &tensor, status_);
  return tensor;
}

const float *Call::Input(int i) {
  TF_Tensor *const tensor = Tensor(i);
  return tensor == nullptr ? nullptr : static_cast<const float *>(TF_TensorData(tensor));
}

int64_t Call::Size(int i) {
  TF_Tensor *const tensor = Tensor(i);
  return tensor == nullptr ? 0 : TF_TensorElementCount(tensor);
}

std::vector<int64_t> Call::Shape(int i) {
  std::vector<int64_t> shape;
  TF_Tensor *const tensor = Tensor(i);
  for (int d = 0; tensor != nullptr && d < TF_NumDims(tensor); d++) shape.push_back(TF_Dim(tensor, d));
  return shape;
}

float *Call::Output(int i, const std::vector<int64_t> &shape, int reuse) {
  if (Failed()) return nullptr;
  int64_t size = 1;
  for (int64_t dimension : shape) size *= dimension;
  TF_Tensor *&tensor = outputs_[size_t(i)];
  const int rank = int(shape.size());
  if (reuse >= 0) {
    int forwarded = -1;
    tensor = TF_ForwardInputOrAllocateOutput(context_, &reuse, 1, i, const_cast<int64_t *>(shape.data()), rank,
                                             &forwarded, status_);
  } else {
    tensor = TF_AllocateOutput(context_, i, TF_FLOAT, shape.data(), rank, size_t(size) * sizeof(float), status_);
  }
  return Failed() ? nullptr : static_cast<float *>(TF_TensorData(tensor));
}

void Call::Expect(bool holds, const char *message) {
  if (!holds && !Failed()) TF_SetStatus(status_, TF_INVALID_ARGUMENT, message);
}

bool Call::Failed() const { return TF_GetCode(status_) != TF_OK; }

void SetOutputLike(TF_ShapeInferenceContext *context, int output, int input, TF_Status *status) {
  TF_ShapeHandle *const shape = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, input, shape, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, output, shape, status);
  TF_DeleteShapeHandle(shape);
}

void SetOutputJoined(TF_ShapeInferenceContext *context, int output, int input, int last, TF_Status *status) {
  TF_ShapeHandle *const first = TF_NewShapeHandle(), *const second = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, input, first, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextGetInput(context, last, second, status);
  // A dimension below 0 counts from the end.
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSubshape(context, first, 0, -1, first, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSubshape(context, second, -1, INT64_MAX, second, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextConcatenateShapes(context, first, second, first, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, output, first, status);
  TF_DeleteShapeHandle(first);
  TF_DeleteShapeHandle(second);
}

void RegisterOp(const Signature &signature, Create create, Compute compute, Delete destroy) {
  TF_OpDefinitionBuilder *const op = TF_NewOpDefinitionBuilder(signature.name);
  for (const char *input : signature.inputs) TF_OpDefinitionBuilderAddInput(op, input);
  for (const char *output : signature.outputs) TF_OpDefinitionBuilderAddOutput(op, output);
  for (const char *attribute : signature.attributes) TF_OpDefinitionBuilderAddAttr(op, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, signature.shapes);
  TF_Status *const status = TF_NewStatus();
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_RegisterKernelBuilder(signature.name, TF_NewKernelBuilder(signature.name, "CPU", create, compute, destroy),
                             status);
  }
  if (TF_GetCode(status) != TF_OK) {
    all_registered = false;
    std::fprintf(stderr, "%s: %s\n", signature.name, TF_Message(status));
  }
  TF_DeleteStatus(status);
}

}  // namespace gradoscope
