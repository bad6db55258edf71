import { orderBody } from '../../../contract/macros.schema'
import {
  createField,
  fieldParams,
  fieldSettings,
  mergeTagBody,
  renameTagBody,
  statusLabels,
  tagParams,
  tagUse,
  tagUses,
  updateField,
} from '../../../contract/ticket-settings.schema'
import { peopleQuery } from '../../../contract/tickets.schema'
import type { Router } from '../../http/routes'
import { listStatusLabels } from './labels.store'
import {
  createTicketField,
  fieldSettingsNow,
  mergeTags,
  orderTicketFields,
  renameTag,
  setStatusLabels,
  updateTicketField,
} from './settings.usecases'
import { listTagUses } from './tags.store'

/** Fields, words for statuses, and tags. Declared before the tickets: `/tickets/labels` is no ticket. */
export const ticketSettingsRoutes = (router: Router): void => {
  const { deps } = router
  router.read(
    {
      method: 'get',
      path: '/tickets/labels',
      summary: 'What the statuses are called here; those left out have their usual words',
      auth: 'any',
      permission: 'tickets.read',
      response: statusLabels,
    },
    async (tx) => ({ items: await listStatusLabels(tx) }),
  )
  router.write(
    {
      method: 'put',
      path: '/tickets/labels',
      summary: 'Give statuses other words',
      auth: 'agent',
      permission: 'sla.manage',
      isOrganisationWide: true,
      body: statusLabels,
      response: statusLabels,
    },
    (tx, { actor, body }) => setStatusLabels(tx, deps, actor, body),
  )
  fieldRoutes(router)
  tagRoutes(router)
}

const fieldRoutes = (router: Router): void => {
  const { deps } = router
  const shared = { auth: 'agent', permission: 'sla.manage', response: fieldSettings } as const
  router.read(
    { ...shared, method: 'get', path: '/ticket-fields', summary: 'Fields of tickets' },
    (tx, { actor }) => fieldSettingsNow(tx, actor),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/ticket-fields',
      summary: 'Add a field, for every ticket or one service item',
      body: createField,
      status: 201,
    },
    (tx, { actor, body }) => createTicketField(tx, deps, actor, body),
  )
  router.write(
    {
      ...shared,
      method: 'put',
      path: '/ticket-fields/order',
      summary: 'Put fields in this order',
      body: orderBody('fld'),
    },
    (tx, { actor, body }) => orderTicketFields(tx, deps, actor, body.ids),
  )
  router.write(
    {
      ...shared,
      method: 'patch',
      path: '/ticket-fields/{id}',
      summary: 'Change a field, or switch it off',
      params: fieldParams,
      body: updateField,
    },
    (tx, { actor, params, body }) => updateTicketField(tx, deps, actor, params.id, body),
  )
}

const tagRoutes = (router: Router): void => {
  const { deps } = router
  const shared = { auth: 'agent', permission: 'tickets.manage' } as const
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/tags/uses',
      summary: 'Tags with the number of tickets that have each',
      query: peopleQuery,
      response: tagUses,
    },
    async (tx, { query }) => ({ items: await listTagUses(tx, query.q ?? '', 200) }),
  )
  router.write(
    {
      ...shared,
      method: 'patch',
      path: '/tags/{id}',
      isOrganisationWide: true,
      summary: 'Rename a tag',
      params: tagParams,
      body: renameTagBody,
      response: tagUse,
    },
    (tx, { actor, params, body }) => renameTag(tx, deps, actor, params.id, body.name),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/tags/{id}/merge',
      isOrganisationWide: true,
      summary: 'Make one tag of two',
      params: tagParams,
      body: mergeTagBody,
      response: tagUse,
    },
    (tx, { actor, params, body }) => mergeTags(tx, deps, actor, params.id, body.intoId),
  )
}
