// Runs a function: one native call a step, which replaces the state that it changes.

#include "functions.h"

#include <memory>
#include <string>
#include <vector>

#include "addon.h"

namespace gradoscope {
namespace {

// One call: its outputs are the fetches, then the new value of each state tensor.
struct Run {
  TFJSBackend *backend;
  TFE_Op *op = nullptr;
  TF_Status *status = TF_NewStatus();
  std::vector<TFE_TensorHandle *> outputs;
  std::vector<int32_t> state;
  size_t fetches = 0;
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;

  ~Run() {
    if (op != nullptr) TFE_DeleteOp(op);
    Drop();
    TF_DeleteStatus(status);
  }

  void Drop() {
    for (TFE_TensorHandle *&output : outputs) {
      if (output != nullptr) TFE_DeleteTensorHandle(output);
      output = nullptr;
    }
  }

  void Execute() {
    int count = int(outputs.size());
    TFE_Execute(op, outputs.data(), &count, status);
  }

  // The new values take the place of those with these numbers, in the order of the state; a number below 0: of none.
  void Commit(const std::vector<int32_t> &ids) {
    auto &handles = Handles(*backend);
    for (size_t i = 0; i < state.size() && i < ids.size(); i++) {
      const auto found = handles.find(ids[i]);
      if (found == handles.end()) continue;
      TFE_DeleteTensorHandle(found->second);
      found->second = outputs[fetches + i];
      outputs[fetches + i] = nullptr;
    }
  }

  napi_value Fetches(napi_env env) {
    napi_value result = nullptr;
    napi_create_array_with_length(env, fetches, &result);
    for (size_t i = 0; i < fetches; i++) {
      napi_set_element(env, result, uint32_t(i), Publish(*backend, env, outputs[i]));
      outputs[i] = nullptr;
    }
    return result;
  }
};

// (name, inputs: number[], state: number[], fetches: number, config: serialized ConfigProto). Returns null after an exception has been thrown.
std::unique_ptr<Run> Prepare(napi_env env, const std::vector<napi_value> &args) {
  auto run = std::make_unique<Run>();
  run->backend = Backend(env);
  run->op = TFE_NewOp(Context(*run->backend), Text(env, args[0]).c_str(), run->status);
  const auto fail = [&](const std::string &message) {
    Fail(env, message);
    return std::unique_ptr<Run>();
  };
  if (Failed(run->status)) return fail(TF_Message(run->status));
  run->state = List<int32_t>(env, args[2], Int);
  auto inputs = List<int32_t>(env, args[1], Int);
  inputs.insert(inputs.end(), run->state.begin(), run->state.end());
  const auto &handles = Handles(*run->backend);
  for (int32_t id : inputs) {
    const auto found = handles.find(id);
    if (found == handles.end()) return fail("an input of the compiled step is gone");
    TFE_OpAddInput(run->op, found->second, run->status);
    if (Failed(run->status)) return fail(TF_Message(run->status));
  }
  // Grappler optimizes the function only for a call that carries this attribute, even an empty one.
  const std::string config = Bytes(env, args[4]);
  TFE_OpSetAttrString(run->op, "config_proto", config.data(), config.size());
  TFE_OpSetAttrString(run->op, "executor_type", "", 0);
  run->fetches = size_t(Int(env, args[3]));
  run->outputs.assign(run->fetches + run->state.size(), nullptr);
  return run;
}

// runFunction(name, inputs, state, fetches, config): the fetches; the state has its new values.
napi_value RunFunction(napi_env env, napi_callback_info info) {
  const auto run = Prepare(env, Arguments<5>(env, info));
  if (!run) return nullptr;
  run->Execute();
  if (Failed(run->status)) return Fail(env, TF_Message(run->status));
  run->Commit(run->state);
  return run->Fetches(env);
}

// Called on a thread of node's pool, so that the event loop turns meanwhile.
void ExecuteAsync(napi_env, void *data) { static_cast<Run *>(data)->Execute(); }

void FreeRun(napi_env, void *data, void *) { delete static_cast<Run *>(data); }

void CompleteAsync(napi_env env, napi_status, void *data) {
  std::unique_ptr<Run> run(static_cast<Run *>(data));
  napi_delete_async_work(env, run->work);
  if (Failed(run->status)) {
    napi_value message = nullptr, error = nullptr;
    napi_create_string_utf8(env, TF_Message(run->status), NAPI_AUTO_LENGTH, &message);
    napi_create_error(env, nullptr, message, &error);
    napi_reject_deferred(env, run->deferred, error);
    return;
  }
  // Whether the new values count is JavaScript's to say.
  napi_value held = nullptr;
  Run *const kept = run.release();
  napi_create_external(env, kept, FreeRun, nullptr, &held);
  napi_resolve_deferred(env, kept->deferred, held);
}

// runFunctionAsync(name, inputs, state, fetches, config): a promise of a finished run, for commitState or dropState.
napi_value RunFunctionAsync(napi_env env, napi_callback_info info) {
  auto run = Prepare(env, Arguments<5>(env, info));
  if (!run) return nullptr;
  napi_value promise = nullptr, name = nullptr;
  napi_create_promise(env, &run->deferred, &promise);
  napi_create_string_utf8(env, "gradoscope step", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(env, nullptr, name, ExecuteAsync, CompleteAsync, run.get(), &run->work);
  napi_queue_async_work(env, run->work);
  run.release();
  return promise;
}

Run *Held(napi_env env, napi_callback_info info) {
  void *data = nullptr;
  napi_get_value_external(env, Arguments<1>(env, info)[0], &data);
  return static_cast<Run *>(data);
}

// commitState(run, state: number[]): the fetches; the tensors with these numbers have the new values.
napi_value CommitState(napi_env env, napi_callback_info info) {
  Run *const run = Held(env, info);
  if (run == nullptr) return Fail(env, "not a finished run");
  run->Commit(List<int32_t>(env, Arguments<2>(env, info)[1], Int));
  napi_value fetches = run->Fetches(env);
  run->Drop();
  return fetches;
}

// dropState(run): frees what it gave, at once.
napi_value DropState(napi_env env, napi_callback_info info) {
  Run *const run = Held(env, info);
  if (run == nullptr) return Fail(env, "not a finished run");
  run->Drop();
  return nullptr;
}

}  // namespace

void ExportRun(napi_env env, napi_value exports) {
  Export(env, exports, "runFunction", RunFunction);
  Export(env, exports, "runFunctionAsync", RunFunctionAsync);
  Export(env, exports, "commitState", CommitState);
  Export(env, exports, "dropState", DropState);
}

}  // namespace gradoscope
