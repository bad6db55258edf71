import { watch } from 'vue'
import type { DocumentView } from '../../../contract/consultations.schema'
import { ApiError } from './api'
import type { Receipt } from './endpoints'
import { api, visitorState } from './help'

const told = new Set<string>()

/** Tells the agent how far a document has come; a lost receipt is sent again with the next occasion. */
async function tell(document: DocumentView, receipt: Receipt) {
  const key = `${document.id}:${receipt}`
  if (document.kind !== 'push' || told.has(key)) return
  told.add(key)
  try {
    await api.receipt(document.id, receipt)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    told.delete(key)
  }
}

/** Confirms every pushed document that arrives in this browser. */
export function confirmDeliveries() {
  watch(
    () => visitorState.value?.documents,
    (documents) => {
      for (const d of documents ?? []) if (d.status === 'sent') void tell(d, 'delivered')
    },
    { immediate: true },
  )
}

const fetchLink = async (document: DocumentView) => (await api.link(document.id)).url

/**
 * Opens what a signed address stands for in a new tab. The tab is opened inside the tap and filled when the
 * address is there: opened later, pop-up blockers would stop it.
 */
export async function showFrom(fetchUrl: () => Promise<string>, name: string) {
  const tab = window.open('about:blank', '_blank')
  try {
    const url = await fetchUrl()
    if (tab) {
      tab.opener = null
      tab.location.replace(new URL(url, location.origin).href)
    } else download(url, name)
  } catch (error) {
    tab?.close()
    throw error
  }
}

export async function openDocument(document: DocumentView) {
  await showFrom(() => fetchLink(document), document.name)
  await tell(document, 'opened')
}

/** An address for showing an image inside the panel. */
export async function previewUrl(document: DocumentView): Promise<string> {
  const url = await fetchLink(document)
  await tell(document, 'opened')
  return url
}

function download(url: string, name: string) {
  const a = window.document.createElement('a')
  a.href = url
  a.download = name
  a.rel = 'noopener'
  a.click()
}

export async function saveFrom(fetchUrl: () => Promise<string>, name: string) {
  const url = await fetchUrl()
  download(`${url}${url.includes('?') ? '&' : '?'}download=1`, name)
}

export async function downloadDocument(document: DocumentView) {
  await saveFrom(() => fetchLink(document), document.name)
  await tell(document, 'downloaded')
}

/** Everything exchanged, as one archive. The server gives the receipts once it has handed over the last byte. */
export async function downloadAll(consultationId: string, number: string) {
  const { url } = await api.exportLink(consultationId)
  download(url, `${number}.zip`)
}

/** Saves text made here, for example the conversation. */
export function saveText(name: string, text: string) {
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/plain;charset=utf-8' }))
  download(url, name)
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
