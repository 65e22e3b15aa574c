import type { Wheel } from './platform.js';

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
  'tensorflow/core/common_runtime/next_pluggable_device/c/tf_rendezvous_c_api.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'tsl/platform/platform.h',
  'xla/tsl/c/tsl_status.h',
];

export const notices = ['tensorflow/THIRD_PARTY_NOTICES.txt', 'tensorflow/include/LICENSE'];

/** The only members that are taken out of the wheel. */
export function wantedMembers(wheel: Wheel): string[] {
  return [...wheel.libraries, ...notices, ...headers.map((header) => `tensorflow/include/${header}`)];
}
