import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { linkKey } from '../../lib/link-key'
import { signLink } from '../../lib/signed-links'

/** The signed address of a document's bytes, good for five minutes. The caller has checked who asks. */
export const documentAddress = async (
  deps: Pick<Deps, 'db' | 'clock'>,
  documentId: string,
): Promise<{ url: string; expiresAt: string }> => {
  const { query, expiresAt } = signLink(await linkKey(deps.db), 'document', documentId, deps.clock.now())
  return { url: `/api/v1/documents/${documentId}/content?${query}`, expiresAt: iso(expiresAt) }
}
