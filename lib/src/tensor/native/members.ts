import { libraryNames } from './platform.js';

/** The C interface's headers: what the addon's sources include, and what those include. */
const headers = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/c_api_macros.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/c/experimental/stream_executor/stream_executor.h',
  'tensorflow/c/kernels.h',
  'tensorflow/c/ops.h',
  'tensorflow/c/tf_attrtype.h',
  'tensorflow/c/tf_buffer.h',
  'tensorflow/c/tf_datatype.h',
  'tensorflow/c/tf_status.h',
  'tensorflow/c/tf_tensor.h',
  'tensorflow/c/tf_tstring.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
];

/** Headers that one version of TensorFlow has and another has not: they have moved, or come with a later one. */
const someHeaders = [
  'tensorflow/core/common_runtime/next_pluggable_device/c/tf_rendezvous_c_api.h',
  'tensorflow/tsl/c/tsl_status.h',
  'tsl/c/tsl_status.h',
  'tsl/platform/platform.h',
  'xla/tsl/c/tsl_status.h',
];

const notices = ['tensorflow/THIRD_PARTY_NOTICES.txt', '?tensorflow/include/LICENSE'];

/** The libraries' paths below the folder that holds `tensorflow/`. */
export const libraryMembers = (): readonly string[] =>
  Object.values(libraryNames()).map((name) => `tensorflow/${name}`);

/** The only members that are taken out of TensorFlow's wheel; `?` marks those that may be missing. */
export function wantedMembers(): string[] {
  return [
    ...libraryMembers(),
    ...notices,
    ...headers.map((header) => `tensorflow/include/${header}`),
    ...someHeaders.map((header) => `?tensorflow/include/${header}`),
  ];
}

/** The only members that are taken out of a wheel of CUDA; `*` stands for anything. */
export const wantedCudaMembers: readonly string[] = [
  '?nvidia/*/lib/*.so*',
  '?nvidia/*/lib/*.bc',
  '?nvidia/*/bin/*',
  '?nvidia/*/nvvm/lib64/*',
  '?nvidia/*/nvvm/libdevice/*',
  '*.dist-info/*icense*',
];
