/** @file What the ledger does in one step, as Lua that Redis runs. */

/**
 * Settles all rows that want a job, each once.
 *
 * KEYS: wanted, made, jobs of the picture, picture.
 * ARGV: the keys' prefix, id, outcome as text, its status, seconds to live.
 * Returns `batch/index` of the rows that may be released in place of the settled ones.
 */
export const SETTLE = `
local prefix, id, outcome, status, life = unpack(ARGV)
local released = {}
for _, row in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local name, index = string.match(row, '^(.*)/(%d+)$')
  local batch = prefix .. ':batch:' .. name
  if redis.call('EXISTS', batch) == 1 and redis.call('HSETNX', batch .. ':settled', index, outcome) == 1 then
    redis.call('HINCRBY', batch, status, 1)
    redis.call('XADD', batch .. ':log', '*', 'row', index)
    for _, part in ipairs({'', ':rows', ':settled', ':log', ':pending', ':releasing'}) do
      redis.call('EXPIRE', batch .. part, life)
    end
    local next = redis.call('LMOVE', batch .. ':pending', batch .. ':releasing', 'LEFT', 'RIGHT')
    if next then released[#released + 1] = name .. '/' .. next end
  end
end
redis.call('DEL', KEYS[1])
if status == 'done' then
  redis.call('SET', KEYS[2], outcome, 'EX', life)
  redis.call('SREM', KEYS[3], id)
  if redis.call('SCARD', KEYS[3]) == 0 then redis.call('UNLINK', KEYS[4]) end
end
return released
`;
