import {
  noticeSettings,
  noticeSettingsBody,
  notificationPage,
  notificationQuery,
  readBody,
  readResult,
} from '../../../contract/notifications.schema'
import { readTimeCursor } from '../../http/cursors'
import type { Router } from '../../http/routes'
import {
  pageNotifications,
  readNoticeSettings,
  readNotifications,
  saveNoticeSettings,
} from './notifications.usecases'

/** An agent's own inbox, below /api/v1. */
export const notificationRoutes = (router: Router): void => {
  const { deps } = router
  router.read(
    {
      method: 'get',
      path: '/notifications',
      summary: 'The own inbox, the newest first, with how many are unread',
      auth: 'agent',
      query: notificationQuery,
      response: notificationPage,
    },
    (tx, { actor, query }) =>
      pageNotifications(tx, actor, {
        isUnreadOnly: query.unread === 'true',
        after: readTimeCursor(query.cursor, 'ntf'),
        limit: query.limit ?? 30,
      }),
  )
  router.write(
    {
      method: 'post',
      path: '/notifications/read',
      summary: 'Mark own notices read: some, or all',
      auth: 'agent',
      body: readBody,
      response: readResult,
    },
    (tx, { actor, body }) => readNotifications(tx, deps, actor, body.all ? 'all' : (body.ids ?? [])),
  )
  router.read(
    {
      method: 'get',
      path: '/notifications/settings',
      summary: 'What one is told of, by which channel, and where one is reached',
      auth: 'agent',
      response: noticeSettings,
    },
    (tx, { actor }) => readNoticeSettings(tx, deps, actor),
  )
  router.write(
    {
      method: 'patch',
      path: '/notifications/settings',
      summary: 'Change what one is told of, by which channel, and where one is reached',
      auth: 'agent',
      body: noticeSettingsBody,
      response: noticeSettings,
    },
    (tx, { actor, body }) => saveNoticeSettings(tx, deps, actor, body),
  )
}
