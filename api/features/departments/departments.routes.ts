import { z } from 'zod'
import { id, ok } from '../../../contract/common.schema'
import {
  createDepartment as createBody,
  departmentList,
  departmentView,
  updateDepartment as updateBody,
} from '../../../contract/people.schema'
import type { Router } from '../../http/routes'
import { createDepartment, deleteDepartment, listTree, updateDepartment } from './departments.usecases'

const params = z.strictObject({ id: id('dep') })
const permission = 'departments.manage'

/** Departments of the organisation tree. */
export const departmentRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/departments',
      summary: 'The departments, parents before children',
      auth: 'agent',
      permission: 'agents.read',
      response: departmentList,
    },
    async (tx, { actor }) => ({ items: await listTree(tx, actor) }),
  )
  router.write(
    {
      method: 'post',
      path: '/departments',
      summary: 'Add a department',
      auth: 'agent',
      permission,
      body: createBody,
      response: departmentView,
      status: 201,
    },
    (tx, { actor, body, deps }) => createDepartment(tx, deps, actor, body),
  )
  router.write(
    {
      method: 'patch',
      path: '/departments/{id}',
      summary: 'Rename, regrade or move a department',
      auth: 'agent',
      permission,
      params,
      body: updateBody,
      response: departmentView,
    },
    (tx, { actor, params, body, deps }) => updateDepartment(tx, deps, actor, params.id, body),
  )
  router.write(
    {
      method: 'delete',
      path: '/departments/{id}',
      summary: 'Delete an empty department',
      auth: 'agent',
      permission,
      params,
      response: ok,
    },
    async (tx, { actor, params, deps }) => {
      await deleteDepartment(tx, deps, actor, params.id)
      return { ok: true as const }
    },
  )
}
