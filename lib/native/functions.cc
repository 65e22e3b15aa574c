#include "functions.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "opdef.h"
#include "tensorflow/c/eager/c_api.h"
#include "tf_auto_status.h"
#include "values.h"

namespace gradoscope {
namespace {

using tfnodejs::TF_AutoStatus;

TFJSBackend *Backend(napi_env env) {
  void *data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<TFJSBackend *>(data);
}

napi_value Fail(napi_env env, const std::string &message) {
  napi_throw_error(env, nullptr, message.c_str());
  return nullptr;
}

bool Failed(TF_Status *status) { return TF_GetCode(status) != TF_OK; }

template <size_t N>
std::vector<napi_value> Arguments(napi_env env, napi_callback_info info) {
  size_t count = N;
  std::vector<napi_value> values(N);
  napi_get_cb_info(env, info, &count, values.data(), nullptr, nullptr);
  return values;
}

struct Graph {
  TF_Graph *const graph = TF_NewGraph();
  ~Graph() { TF_DeleteGraph(graph); }
};

// An attribute as the backend's executeOp takes it: {name, type, value}.
bool SetAttribute(napi_env env, TF_OperationDescription *node, const OpDef &def, napi_value attribute) {
  const std::string key = Text(env, Get(env, attribute, "name"));
  if (def.attributes.count(key) == 0) return true;
  const char *name = key.c_str();
  napi_value value = Get(env, attribute, "value");
  const bool list = IsArray(env, value);
  switch (static_cast<TF_AttrType>(Int(env, Get(env, attribute, "type")))) {
    case TF_ATTR_STRING: {
      const std::string text = Text(env, value);
      TF_SetAttrString(node, name, text.data(), text.size());
      return true;
    }
    case TF_ATTR_INT:
      if (list) {
        const auto values = Ints(env, value);
        TF_SetAttrIntList(node, name, values.data(), int(values.size()));
      } else {
        TF_SetAttrInt(node, name, Int(env, value));
      }
      return true;
    case TF_ATTR_FLOAT:
      if (list) {
        const auto values = List<float>(env, value, Number);
        TF_SetAttrFloatList(node, name, values.data(), int(values.size()));
      } else {
        TF_SetAttrFloat(node, name, float(Number(env, value)));
      }
      return true;
    case TF_ATTR_BOOL:
      if (list) {
        const auto values = List<unsigned char>(env, value, Bool);
        TF_SetAttrBoolList(node, name, values.data(), int(values.size()));
      } else {
        TF_SetAttrBool(node, name, Bool(env, value));
      }
      return true;
    case TF_ATTR_TYPE:
      TF_SetAttrType(node, name, static_cast<TF_DataType>(Int(env, value)));
      return true;
    case TF_ATTR_SHAPE: {
      const auto dims = Ints(env, value);
      TF_SetAttrShape(node, name, dims.data(), int(dims.size()));
      return true;
    }
    default:
      Fail(env, "attribute " + key + " is of a type that cannot be recorded");
      return false;
  }
}

// Inputs in order; the tensors that are left over by the single ones belong to the one list that an operation may have.
bool AddInputs(TF_OperationDescription *node, const OpDef &def, const std::vector<TF_Output> &given) {
  size_t lists = 0;
  for (bool list : def.inputs) lists += list ? 1 : 0;
  const size_t singles = def.inputs.size() - lists;
  if (lists > 1 || given.size() < singles || (lists == 0 && given.size() != singles)) return false;
  size_t at = 0;
  for (bool list : def.inputs) {
    if (!list) {
      TF_AddInput(node, given[at++]);
      continue;
    }
    const size_t count = given.size() - singles;
    TF_AddInputList(node, given.data() + at, int(count));
    at += count;
  }
  return true;
}

class Builder {
 public:
  Builder(napi_env env, TFJSBackend &backend, TF_Graph *graph) : env_(env), backend_(backend), graph_(graph) {}

  // Returns false after an exception has been thrown into JavaScript.
  bool Add(napi_value node) {
    const std::string op = Text(env_, Get(env_, node, "op"));
    const std::string name = op + "_" + std::to_string(made_.size());
    TF_OperationDescription *const made = TF_NewOperation(graph_, op.c_str(), name.c_str());
    const bool filled = op == "Placeholder" ? FillPlaceholder(made, node)
                        : op == "Const"     ? FillConstant(made, node)
                                            : Fill(made, op, node);
    // A description is freed only by finishing it.
    TF_Operation *const finished = TF_FinishOperation(made, status_.status);
    if (!filled) return false;
    if (Failed(status_.status)) {
      Fail(env_, name + ": " + TF_Message(status_.status));
      return false;
    }
    made_.push_back(finished);
    return true;
  }

  std::vector<TF_Output> Firsts(napi_value nodes) const {
    std::vector<TF_Output> result;
    for (int64_t node : Ints(env_, nodes)) result.push_back({made_[size_t(node)], 0});
    return result;
  }

  // From [node, output, node, output, …].
  std::vector<TF_Output> Outputs(napi_value pairs) const {
    const auto flat = Ints(env_, pairs);
    std::vector<TF_Output> result;
    for (size_t i = 0; i + 1 < flat.size(); i += 2) result.push_back({made_[size_t(flat[i])], int(flat[i + 1])});
    return result;
  }

 private:
  bool FillPlaceholder(TF_OperationDescription *made, napi_value node) {
    const auto shape = Ints(env_, Get(env_, node, "shape"));
    TF_SetAttrType(made, "dtype", static_cast<TF_DataType>(Int(env_, Get(env_, node, "dtype"))));
    TF_SetAttrShape(made, "shape", shape.data(), int(shape.size()));
    return true;
  }

  bool FillConstant(TF_OperationDescription *made, napi_value node) {
    const auto found = Handles(backend_).find(int32_t(Int(env_, Get(env_, node, "id"))));
    if (found == Handles(backend_).end()) {
      Fail(env_, "a constant of the recording is gone");
      return false;
    }
    TF_Tensor *const tensor = TFE_TensorHandleResolve(found->second, status_.status);
    if (!Failed(status_.status)) {
      TF_SetAttrType(made, "dtype", TF_TensorType(tensor));
      TF_SetAttrTensor(made, "value", tensor, status_.status);
    }
    if (tensor != nullptr) TF_DeleteTensor(tensor);
    if (!Failed(status_.status)) return true;
    Fail(env_, std::string("a constant of the recording: ") + TF_Message(status_.status));
    return false;
  }

  bool Fill(TF_OperationDescription *made, const std::string &op, napi_value node) {
    auto known = defs_.find(op);
    if (known == defs_.end()) {
      known = defs_.emplace(op, ReadOpDef(graph_, op.c_str(), status_.status)).first;
      if (Failed(status_.status)) {
        Fail(env_, op + ": " + TF_Message(status_.status));
        return false;
      }
    }
    if (!AddInputs(made, known->second, Outputs(Get(env_, node, "inputs")))) {
      Fail(env_, op + " has inputs that cannot be recorded");
      return false;
    }
    napi_value attributes = Get(env_, node, "attributes");
    for (uint32_t i = 0, count = Length(env_, attributes); i < count; i++) {
      if (!SetAttribute(env_, made, known->second, At(env_, attributes, i))) return false;
    }
    return true;
  }

  napi_env env_;
  TFJSBackend &backend_;
  TF_Graph *graph_;
  TF_AutoStatus status_;
  std::vector<TF_Operation *> made_;
  std::map<std::string, OpDef> defs_;
};

// defineFunction(name, nodes, inputs: node[], outputs: [node, output, …], attributes: {name: serialized AttrValue})
napi_value DefineFunction(napi_env env, napi_callback_info info) {
  const auto args = Arguments<5>(env, info);
  TFJSBackend &backend = *Backend(env);
  TF_AutoStatus status;
  Graph graph;
  Builder builder(env, backend, graph.graph);
  for (uint32_t i = 0, count = Length(env, args[1]); i < count; i++) {
    napi_handle_scope scope;
    napi_open_handle_scope(env, &scope);
    const bool added = builder.Add(At(env, args[1], i));
    napi_close_handle_scope(env, scope);
    if (!added) return nullptr;
  }
  const std::string name = Text(env, args[0]);
  const auto inputs = builder.Firsts(args[2]);
  const auto outputs = builder.Outputs(args[3]);
  TF_Function *const function =
      TF_GraphToFunction(graph.graph, name.c_str(), 0, -1, nullptr, int(inputs.size()), inputs.data(),
                         int(outputs.size()), outputs.data(), nullptr, nullptr, nullptr, status.status);
  if (Failed(status.status)) return Fail(env, TF_Message(status.status));
  napi_value keys = nullptr;
  napi_get_property_names(env, args[4], &keys);
  for (uint32_t i = 0, count = Length(env, keys); i < count && !Failed(status.status); i++) {
    const std::string key = Text(env, At(env, keys, i));
    const std::string value = Bytes(env, Get(env, args[4], key.c_str()));
    TF_FunctionSetAttrValueProto(function, key.c_str(), value.data(), value.size(), status.status);
  }
  if (!Failed(status.status)) TFE_ContextAddFunction(Context(backend), function, status.status);
  TF_DeleteFunction(function);
  if (Failed(status.status)) return Fail(env, TF_Message(status.status));
  return nullptr;
}

// removeFunction(name)
napi_value RemoveFunction(napi_env env, napi_callback_info info) {
  const auto args = Arguments<1>(env, info);
  TF_AutoStatus status;
  TFE_ContextRemoveFunction(Context(*Backend(env)), Text(env, args[0]).c_str(), status.status);
  if (Failed(status.status)) return Fail(env, TF_Message(status.status));
  return nullptr;
}

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

void ExportFunctions(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"defineFunction", nullptr, DefineFunction, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"removeFunction", nullptr, RemoveFunction, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"runFunction", nullptr, RunFunction, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"runFunctionAsync", nullptr, RunFunctionAsync, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"commitState", nullptr, CommitState, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"dropState", nullptr, DropState, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
}

}  // namespace gradoscope
