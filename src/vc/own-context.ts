/** Our own JSON-LD context, for those who serve it: the bytes that templates were compiled with. */
import xingzheng from '../../contexts/xingzheng-v1.json' with { type: 'json' };

export const OWN_CONTEXT_URL = 'https://w3id.org/xingzheng/v1';
export const ownContext: unknown = xingzheng;
