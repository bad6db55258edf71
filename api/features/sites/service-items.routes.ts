import { z } from 'zod'
import { id } from '../../../contract/common.schema'
import {
  addServiceItemBody,
  changeServiceItemBody,
  knownItemList,
  managedItem,
  managedItemList,
} from '../../../contract/service-items.schema'
import { serviceItemList, serviceItemQuery } from '../../../contract/visitors.schema'
import type { Router } from '../../http/routes'
import {
  addServiceItem,
  changeServiceItem,
  listKnownItems,
  listManagedItems,
  suggestServiceItems,
} from './service-items.usecases'

const keyParams = z.strictObject({ key: z.string().min(1).max(64) })
const shared = { auth: 'agent', permission: 'sites.manage' } as const

const prefersEnglish = (languages: string | undefined): boolean => /^en\b/i.test(languages ?? '')

/** Service items: what citizens choose from, and who looks after the list. */
export const serviceItemRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/sites/{key}/service-items',
      summary: 'Service items that fit the words',
      auth: 'public',
      params: keyParams,
      query: serviceItemQuery,
      response: serviceItemList,
    },
    async (tx, { params, query, c }) => ({
      items: await suggestServiceItems(
        tx,
        params.key,
        query.q ?? '',
        prefersEnglish(c.req.header('accept-language')),
      ),
    }),
  )
  router.read(
    {
      method: 'get',
      path: '/service-items',
      summary: 'Service items of the own line, for choosing and for recognising: retired ones too',
      auth: 'agent',
      permission: 'tickets.read',
      response: knownItemList,
    },
    async (tx, { actor, c }) => ({
      items: await listKnownItems(tx, actor, prefersEnglish(c.req.header('accept-language'))),
    }),
  )
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/admin/service-items',
      summary: 'Service items of the own department and below, retired ones too',
      response: managedItemList,
    },
    async (tx, { actor }) => ({ items: await listManagedItems(tx, actor) }),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/admin/service-items',
      summary: 'Add a service item',
      body: addServiceItemBody,
      response: managedItem,
      status: 201,
    },
    (tx, { actor, body, deps }) => addServiceItem(tx, deps, actor, body),
  )
  router.write(
    {
      ...shared,
      method: 'patch',
      path: '/admin/service-items/{id}',
      summary: 'Rename, move, retire or bring back a service item',
      params: z.strictObject({ id: id('itm') }),
      body: changeServiceItemBody,
      response: managedItem,
    },
    (tx, { actor, params, body, deps }) => changeServiceItem(tx, deps, actor, params.id, body),
  )
}
