import { libraryNames } from './platform.js';

/** The C interface's headers: what the addon's sources include, and what those include. */
const headers = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/c_api_macros.h',
  'tensorflow/c/eager/c_api.h',
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

/** Headers that one version of TensorFlow has and another has not: tsl_status.h has moved. */
const movedHeaders = ['tsl/c/tsl_status.h', 'xla/tsl/c/tsl_status.h', 'tensorflow/tsl/c/tsl_status.h'];

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
    ...movedHeaders.map((header) => `?tensorflow/include/${header}`),
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
