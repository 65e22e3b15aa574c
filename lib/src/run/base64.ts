const CHUNK = 0x8000; // String.fromCharCode takes its arguments from the stack

/** Base64 of `bytes`, in node and browsers alike. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  }
  return btoa(binary);
}

/**
 * The bytes of base64 `text`.
 * @throws TypeError when `text` is not base64
 */
export function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new TypeError(`base64: ${JSON.stringify(text.slice(0, 20))}… is not base64.`);
  }
  const bytes: Uint8Array = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
