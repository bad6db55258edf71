import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { FeedEvent } from '../../../contract/feed.rules'
import { applyToInbox, type InboxState } from '../../../contract/notification-feed.rules'
import type { NotificationPage, NotificationView } from '../../../contract/notifications.schema'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'

/** The bell: the newest notices and how many are unread, kept up by the feed. */
export const useNotificationsStore = defineStore('notifications', () => {
  const live = useLiveStore()
  const state = shallowRef<InboxState | null>(null)
  const nextCursor = shallowRef<string | null>(null)
  const error = shallowRef<unknown>(null)
  const isLoading = shallowRef(false)
  const freshListeners = new Set<(notice: NotificationView) => void>()

  function apply(event: FeedEvent): void {
    if (!state.value || !event.type.startsWith('notification.')) return
    const isNew =
      event.type === 'notification.created' &&
      !state.value.items.some((each) => each.id === event.data.notification?.id)
    state.value = applyToInbox(state.value, event)
    if (isNew && event.data.notification)
      for (const listener of freshListeners) listener(event.data.notification)
  }

  async function load(): Promise<void> {
    isLoading.value = true
    try {
      const page = await api.get<NotificationPage>('/notifications')
      let next: InboxState = { items: page.items, unread: page.unread }
      for (const event of live.eventsAfter(Number(page.cursor)))
        if (event.type.startsWith('notification.')) next = applyToInbox(next, event)
      state.value = next
      nextCursor.value = page.nextCursor
      error.value = null
    } catch (problem) {
      error.value = problem
    } finally {
      isLoading.value = false
    }
  }

  async function loadEarlier(): Promise<void> {
    if (!nextCursor.value || !state.value || isLoading.value) return
    isLoading.value = true
    try {
      const page = await api.get<NotificationPage>('/notifications', { query: { cursor: nextCursor.value } })
      const known = new Set(state.value.items.map((each) => each.id))
      const items = [...state.value.items, ...page.items.filter((each) => !known.has(each.id))]
      state.value = { items, unread: page.unread }
      nextCursor.value = page.nextCursor
    } finally {
      isLoading.value = false
    }
  }

  async function markRead(ids: string[] | 'all'): Promise<void> {
    await api.post('/notifications/read', ids === 'all' ? { all: true } : { ids })
  }

  function start(): () => void {
    const stops = [live.onEvent(apply), live.onResync(load)]
    void load()
    return () => {
      for (const stop of stops) stop()
      state.value = null
    }
  }

  function onFresh(listener: (notice: NotificationView) => void): () => void {
    freshListeners.add(listener)
    return () => freshListeners.delete(listener)
  }

  return { state, nextCursor, error, isLoading, load, loadEarlier, markRead, start, onFresh }
})
