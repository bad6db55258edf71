import { computed, reactive, ref, watch } from 'vue'
import type { DocumentView, MessageView } from '../../../contract/consultations.schema'
import { ApiError, randomKey } from './api'
import type { Failure } from './errors'
import { api, consultation, help, visitorState, visitorToken } from './help'
import { createUploads, type Upload } from './uploads'

/** A message on its way; it disappears when the feed brings the real one. */
interface Outgoing {
  key: string
  body: string
  at: string
  /** How many of the citizen's lines said the same before this one; one more, and this one has arrived. */
  sameBefore: number
  /** Why it did not go out; null while it is on its way. */
  failure: Failure | null
}

const outgoing = ref<Outgoing[]>([])
/** Files on their way into the conversation. */
const files = createUploads(() => {
  const id = consultation.value?.id
  return id ? { url: (name) => api.uploadPath(id, name), token: visitorToken } : null
})
export const uploadFiles = files.add

export type Entry =
  | { kind: 'message'; key: string; at: string; message: MessageView }
  | { kind: 'document'; key: string; at: string; document: DocumentView }
  | { kind: 'outgoing'; key: string; at: string; outgoing: Outgoing }
  | { kind: 'upload'; key: string; at: string; upload: Upload }

const sentLike = (body: string) =>
  (visitorState.value?.messages ?? []).filter((m) => m.from === 'visitor' && m.body === body).length
// The feed may bring a line before the answer to sending it came: it is never shown twice.
const onTheWay = computed(() => outgoing.value.filter((o) => sentLike(o.body) <= o.sameBefore))

/** Messages, documents and what is on its way, in the order of time; what is on its way comes last. */
export const entries = computed<Entry[]>(() => {
  const { messages = [], documents = [] } = visitorState.value ?? {}
  const sent: Entry[] = [
    ...messages.map((m): Entry => ({ kind: 'message', key: m.id, at: m.at, message: m })),
    ...documents.map((d): Entry => ({ kind: 'document', key: d.id, at: d.at, document: d })),
  ].sort((a, b) => a.at.localeCompare(b.at))
  return [
    ...sent,
    ...files.uploads.value.map((u): Entry => ({ kind: 'upload', key: u.key, at: u.at, upload: u })),
    ...onTheWay.value.map((o): Entry => ({ kind: 'outgoing', key: o.key, at: o.at, outgoing: o })),
  ]
})

async function deliver(item: Outgoing) {
  const id = consultation.value?.id
  if (!id) return
  item.failure = null
  try {
    await api.message(id, item.body, item.key)
    // The feed usually is faster; without it (offline just now) the line stays until the answer came.
    outgoing.value = outgoing.value.filter((o) => o.key !== item.key)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    item.failure = error
  }
}

export function sendMessage(body: string): Promise<void> {
  const item = reactive<Outgoing>({
    key: randomKey(),
    body,
    at: new Date().toISOString(),
    sameBefore: sentLike(body) + onTheWay.value.filter((o) => o.body === body).length,
    failure: null,
  })
  outgoing.value = [...outgoing.value, item]
  return deliver(item)
}

export const resendMessage = (key: string) => {
  const item = outgoing.value.find((o) => o.key === key)
  return item ? deliver(item) : Promise.resolve()
}

// Back on the network: what could not go out goes out by itself, under the same keys, so nothing goes twice.
watch(
  () => help.isOnline,
  (isOnline) => {
    if (!isOnline) return
    for (const item of outgoing.value)
      if (item.failure && (item.failure.status === 0 || item.failure.status >= 500)) void deliver(item)
    files.resume()
  },
)
