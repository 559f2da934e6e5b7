/** Under Trusted Types the address of a service worker's script must come from a policy; this one knows a single address. */

type PolicyFactory = {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
};

/** What trustedTypes makes of a text, TypeScript has to take for the text. */
export function workerAddress(address: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory }; // newer than lib.dom
  return trustedTypes
    ? trustedTypes.createPolicy('service-worker', { createScriptURL: () => address }).createScriptURL(address)
    : address;
}
