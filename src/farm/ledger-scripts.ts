/** @file What the ledger does in one step, as Lua that Redis runs. The first of ARGV is the keys' prefix. */

/** All keys of a batch, by what follows its own. */
const PARTS = `{'', ':rows', ':settled', ':log', ':pending', ':released'}`;

/** Gives places that are free to rows that wait for one, of batches that have a share. Adds them to `released` as `batch/index`. */
const RELEASE_NEXT = `
local function releaseNext(name, released)
  local batch = prefix .. ':batch:' .. name
  local share = tonumber(redis.call('HGET', batch, 'share') or 0)
  while redis.call('SCARD', batch .. ':released') < share do
    local next = redis.call('LPOP', batch .. ':pending')
    if not next then return end
    -- Another row of the same job may have settled it meanwhile.
    if redis.call('HEXISTS', batch .. ':settled', next) == 0 then
      redis.call('SADD', batch .. ':released', next)
      released[#released + 1] = name .. '/' .. next
    end
  end
end
`;

/** Settles a row unless it is settled. */
const SETTLE_ROW = `
local function settleRow(name, index, outcome, status, life)
  local batch = prefix .. ':batch:' .. name
  if redis.call('EXISTS', batch) == 0 or redis.call('HSETNX', batch .. ':settled', index, outcome) == 0 then return end
  redis.call('HINCRBY', batch, status, 1)
  redis.call('XADD', batch .. ':log', '*', 'row', index)
  redis.call('SREM', batch .. ':released', index)
  for _, part in ipairs(${PARTS}) do redis.call('EXPIRE', batch .. part, life) end
end
`;

/** A job does not need its picture any more, which goes with the last that does. */
const LEAVE_PICTURE = `
local function leavePicture(id, sha256)
  local picture = prefix .. ':picture:' .. sha256
  redis.call('SREM', picture .. ':jobs', id)
  if redis.call('SCARD', picture .. ':jobs') == 0 then redis.call('UNLINK', picture) end
end
`;

/**
 * Settles all rows that want a job, each once.
 *
 * KEYS: wanted, made. ARGV: prefix, id, SHA-256 of the picture, outcome as text, its status, seconds to live.
 * Returns `batch/index` of the rows that may go into the queue in place of the settled ones.
 */
export const SETTLE = `
local prefix, id, sha256, outcome, status, life = unpack(ARGV)
${RELEASE_NEXT}${SETTLE_ROW}${LEAVE_PICTURE}
local rows = redis.call('SMEMBERS', KEYS[1])
-- A Redis that is full refuses a script whose first write takes memory, and lets those go on that began by giving some back.
redis.call('DEL', KEYS[1])
if status == 'done' then
  leavePicture(id, sha256)
  redis.call('SET', KEYS[2], outcome, 'EX', life)
end
local names = {}
for _, row in ipairs(rows) do
  local name, index = string.match(row, '^(.*)/(%d+)$')
  -- Strangers may have written what is no row.
  if name then
    settleRow(name, index, outcome, status, life)
    names[name] = true
  end
end
local released = {}
for name in pairs(names) do releaseNext(name, released) end
return released
`;

/** ARGV: prefix, name of the batch. Returns as SETTLE. */
export const RELEASE = `
local prefix, name = unpack(ARGV)
${RELEASE_NEXT}
local released = {}
releaseNext(name, released)
return released
`;

/**
 * Gives rows of one batch up, whoever else wants their jobs.
 *
 * ARGV: prefix, name of the batch, outcome as text, its status, seconds to live, seconds that pictures live on, then index, id and SHA-256 of
 * each row. Returns ids of the jobs that nobody wants any more.
 */
export const SETTLE_ROWS = `
local prefix, name, outcome, status, life, pictureLife = unpack(ARGV, 1, 6)
${SETTLE_ROW}
local unwanted = {}
for i = 7, #ARGV, 3 do
  local index, id, sha256 = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  settleRow(name, index, outcome, status, life)
  local wanted = prefix .. ':job:' .. id .. ':wanted'
  redis.call('SREM', wanted, name .. '/' .. index)
  if redis.call('EXISTS', wanted) == 0 then
    local picture = prefix .. ':picture:' .. sha256
    redis.call('SREM', picture .. ':jobs', id)
    if redis.call('SCARD', picture .. ':jobs') == 0 then redis.call('EXPIRE', picture, pictureLife) end
    unwanted[#unwanted + 1] = id
  end
end
return unwanted
`;

/**
 * Makes failed and cancelled rows such that wait for their jobs again, and of a batch that has a share, for a place in the queue: whoever asks
 * for it may die meanwhile. The batch is cancelled no more.
 *
 * ARGV: prefix, name of the batch, seconds to live, 1 where pictures are to be in Redis, then index, id and SHA-256 of each row. Returns indices
 * of those that are open again, and of those whose pictures are gone.
 */
export const REOPEN = `
local prefix, name, life, needsPicture = unpack(ARGV, 1, 4)
local batch = prefix .. ':batch:' .. name
local hasShare = tonumber(redis.call('HGET', batch, 'share') or 0) > 0
local function add(key, member)
  redis.call('SADD', key, member)
  redis.call('EXPIRE', key, life)
end
local reopened, gone = {}, {}
for i = 5, #ARGV, 3 do
  local index, id, sha256 = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local picture = prefix .. ':picture:' .. sha256
  local text = redis.call('HGET', batch .. ':settled', index)
  local status = text and cjson.decode(text).status
  if status ~= 'failed' and status ~= 'cancelled' then
    -- It is done, or on its way.
  elseif redis.call('EXPIRE', picture, life) == 0 and needsPicture == '1' then
    gone[#gone + 1] = index
  else
    redis.call('HDEL', batch .. ':settled', index)
    redis.call('HINCRBY', batch, status, -1)
    redis.call('HDEL', batch, 'isCancelled')
    add(prefix .. ':job:' .. id .. ':wanted', name .. '/' .. index)
    add(picture .. ':jobs', id)
    if hasShare then redis.call('RPUSH', batch .. ':pending', index) end
    reopened[#reopened + 1] = index
  end
end
return {reopened, gone}
`;
