import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { MessageView } from '../../../contract/consultations.schema'
import { ApiProblem, api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'
import { useDetailStore } from './detail.store'
import { keepText, keptText } from './kept-text'
import { type Attempt, afterAttempt, fromKept, toKeep, type Unsent } from './outbox'

const keepKey = 'outbox'
const retryMs = 4000

/** Messages that have no answer yet; they survive a reload and go out when the network is back. */
export const useOutboxStore = defineStore('outbox', () => {
  const live = useLiveStore()
  const details = useDetailStore()
  const items = shallowRef<Unsent[]>(fromKept(keptText(keepKey)))
  let isDraining = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function put(next: Unsent[]): void {
    items.value = next
    keepText(keepKey, next.length ? toKeep(next) : null)
  }

  async function attempt(unsent: Unsent): Promise<Attempt> {
    try {
      const path = `/consultations/${unsent.consultationId}/messages`
      const message = await api.post<MessageView>(path, { body: unsent.body }, { idempotencyKey: unsent.key })
      details.show({ message })
      return { kind: 'sent' }
    } catch (error) {
      const isRefused =
        error instanceof ApiProblem && error.status >= 400 && error.status < 500 && error.status !== 429
      return isRefused ? { kind: 'refused', error } : { kind: 'later' }
    }
  }

  /** One after the other: messages arrive in the order they were written. */
  async function drain(): Promise<void> {
    if (isDraining) return
    isDraining = true
    for (let next = waiting(); next; next = waiting()) {
      const { key } = next
      items.value = items.value.map((each) => (each.key === key ? { ...each, state: 'sending' } : each))
      const result = await attempt(next)
      put(afterAttempt(items.value, key, result))
      if (result.kind === 'later') {
        retryLater()
        break
      }
    }
    isDraining = false
  }
  /** Besides the feed's own return: a message may fail while the stream, elsewhere, never noticed. */
  function retryLater(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void drain(), retryMs)
  }
  const waiting = () => items.value.find((each) => each.state === 'waiting')

  function send(consultationId: string, body: string): void {
    const key = crypto.randomUUID()
    put([...items.value, { key, consultationId, body, state: 'waiting', error: null }])
    void drain()
  }
  function retry(key: string): void {
    put(items.value.map((each) => (each.key === key ? { ...each, state: 'waiting', error: null } : each)))
    void drain()
  }
  const discard = (key: string) => put(items.value.filter((each) => each.key !== key))

  watch(
    () => live.link,
    (link) => link === 'online' && void drain(),
  )
  return { items, send, retry, discard }
})
