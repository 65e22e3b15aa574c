// Recorded operations become one function of TensorFlow.

#include "functions.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "addon.h"
#include "opdef.h"

// From c_api_experimental.h, which includes more than this addon needs.
extern "C" void TFE_ContextGetFunctionDef(TFE_Context *, const char *name, TF_Buffer *, TF_Status *);

namespace gradoscope {
namespace {

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

  TF_Operation *Last() const { return made_.back(); }

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

// A graph that grows by one operation at a time.
struct Trace {
  Trace(napi_env env, TFJSBackend &backend) : builder(env, backend, graph.graph) {}
  Graph graph;
  Builder builder;
};

// beginTrace(): a graph for traceOp.
napi_value BeginTrace(napi_env env, napi_callback_info) {
  napi_value result = nullptr;
  napi_create_external(
      env, new Trace(env, *Backend(env)), [](napi_env, void *trace, void *) { delete static_cast<Trace *>(trace); },
      nullptr, &result);
  return result;
}

// traceOp(trace, node): adds the node, with nothing computed. Returns the type and shape of each output, [dtype, …sizes], or
// null where the shape is not known.
napi_value TraceOp(napi_env env, napi_callback_info info) {
  const auto args = Arguments<2>(env, info);
  void *data = nullptr;
  napi_get_value_external(env, args[0], &data);
  Trace *const trace = static_cast<Trace *>(data);
  if (trace == nullptr) return Fail(env, "not a trace");
  if (!trace->builder.Add(args[1])) return nullptr;
  TF_Operation *const made = trace->builder.Last();
  TF_AutoStatus status;
  napi_value result = nullptr;
  napi_create_array(env, &result);
  for (int i = 0; i < TF_OperationNumOutputs(made); i++) {
    const TF_Output output = {made, i};
    const int rank = TF_GraphGetTensorNumDims(trace->graph.graph, output, status.status);
    std::vector<int64_t> form(size_t(rank < 0 ? 0 : rank));
    TF_GraphGetTensorShape(trace->graph.graph, output, form.data(), int(form.size()), status.status);
    const bool known = rank >= 0 && std::find(form.begin(), form.end(), -1) == form.end();
    form.insert(form.begin(), int64_t(TF_OperationOutputType(output)));
    napi_set_element(env, result, uint32_t(i), known ? Array(env, form) : Null(env));
  }
  return result;
}

// functionDef(name): the function as a serialized tensorflow.FunctionDef message, for tools.
napi_value FunctionDef(napi_env env, napi_callback_info info) {
  const auto args = Arguments<1>(env, info);
  TF_AutoStatus status;
  TF_Buffer *const buffer = TF_NewBuffer();
  TFE_ContextGetFunctionDef(Context(*Backend(env)), Text(env, args[0]).c_str(), buffer, status.status);
  napi_value result = nullptr;
  if (!Failed(status.status)) napi_create_buffer_copy(env, buffer->length, buffer->data, nullptr, &result);
  TF_DeleteBuffer(buffer);
  return Failed(status.status) ? Fail(env, TF_Message(status.status)) : result;
}

// removeFunction(name)
napi_value RemoveFunction(napi_env env, napi_callback_info info) {
  const auto args = Arguments<1>(env, info);
  TF_AutoStatus status;
  TFE_ContextRemoveFunction(Context(*Backend(env)), Text(env, args[0]).c_str(), status.status);
  if (Failed(status.status)) return Fail(env, TF_Message(status.status));
  return nullptr;
}

}  // namespace

void ExportDefine(napi_env env, napi_value exports) {
  Export(env, exports, "defineFunction", DefineFunction);
  Export(env, exports, "removeFunction", RemoveFunction);
  Export(env, exports, "functionDef", FunctionDef);
  Export(env, exports, "beginTrace", BeginTrace);
  Export(env, exports, "traceOp", TraceOp);
}

}  // namespace gradoscope
