import { platforms, pythonTags } from './pins.js';
import type { Wheel } from './wheel.js';

// Project nvidia-…-cu12, version, manylinux tag, bytes, sha256.
const table = `
cublas        12.9.3.13   2_27  581217458  d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72
cuda-cupti    12.9.79     2_25   10814997  096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f
cuda-nvcc     12.9.86     2_12   40546229  5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0
cuda-nvrtc    12.9.86     2_12   89568129  210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4
cuda-runtime  12.9.79     2_17    3493179  25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3
cudnn         9.28.0.42   2_27  716538495  9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375
cufft         11.4.1.4    2_17  200877592  c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28
curand        10.3.10.19  2_27   68295626  49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e
cusolver      11.7.5.82   2_27  338117415  15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88
cusparse      12.5.10.65  2_17  366465088  73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78
nccl          2.32.3      2_27  351526311  bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c
nvjitlink     12.9.86     2_12   39748338  e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9`;

/** What the wheel `tensorflow` 2.21.0 names under its extra `and-cuda`: CUDA 12's libraries, for Linux x64. */
export const cudaWheels: readonly Wheel[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [project = '', version = '', tag = '', bytes, sha256 = ''] = line.split(/\s+/);
    return {
      project: `nvidia-${project}-cu12`,
      version,
      sha256,
      bytes: Number(bytes),
      pip: [...pythonTags, ...platforms(`manylinux_${tag}_x86_64`)],
    };
  });
