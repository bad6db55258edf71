import { shallowRef, watch } from 'vue'
import type { DocumentView } from '../../../contract/consultations.schema'
import { api } from '../../lib/api'
import { serverNow } from '../../lib/server-clock'

interface Link {
  url: string
  expiresAt: string
}

const links = new Map<string, Link>()
/** A link must outlive the fetch it is made for. */
const spareMs = 20_000

/** A signed address of the file, asked for anew shortly before the last one expires. */
export async function documentLink(id: string): Promise<string> {
  const known = links.get(id)
  if (known && Date.parse(known.expiresAt) - spareMs > serverNow()) return known.url
  const link = await api.post<Link>(`/documents/${id}/links`)
  links.set(id, link)
  return link.url
}

/** Address of a picture to show small; null until known or where there is none. */
export function useThumbnail(document: () => DocumentView) {
  const url = shallowRef<string | null>(null)
  watch(
    () => document().id,
    async () => {
      url.value = null
      const { id, mime, status } = document()
      if (!mime.startsWith('image/') || status === 'recalled') return
      try {
        const link = await documentLink(id)
        if (document().id === id) url.value = link
      } catch {
        // The card shows its icon instead; opening it will say what is wrong.
        url.value = null
      }
    },
    { immediate: true },
  )
  return url
}
