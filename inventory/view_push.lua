--[[ view_push, version 1: show newer figures of one SKU's cells, never older ones.

KEYS[1]  v:{sku}, a packed string: header of 16 bytes = generation, complete mark (both
         big-endian u64), then 12 bytes a node number = version (u64), available (u32).
         Version 0 is an absent entry. The complete mark says: every cell of the SKU that
         the ledger had in that generation is in here, so an absent entry means none.
ARGV[1]  generation of the figures, 1 .. 2^53
ARGV[2]  0 for a push; for a fill the complete mark to set, equal to ARGV[1]
ARGV[3]  -1, or with the last call of a fill the number of entries of the whole fill: the
         mark is set only if the value holds at least as many, since an eviction between
         two calls would otherwise look like "nothing there"
ARGV[4…] up to 256 times: node number 0 .. 99999, version 1 .. 2^53, available in whole
         units 0 .. 2^32 - 1; no node number twice

Returns  one text per entry, in order:
           NEW             installed: it was absent or older
           SAME            it was there already
           AHEAD v a       left: the view has version v with a units
           CONFLICT v a    left: the same version with other units, a fault
           OLD_GENERATION  left: the view is of a newer generation
         then MARKED or UNMARKED: whether the value is complete in ARGV[1]'s generation.
Errors   BADARGS: nothing was changed. BADVALUE: the key holds something else, nothing
         was changed; only a fill replaces that.

Safe to repeat, late or in any order: the final value is the same. Linear in the entries
given; a first push of a generation also writes the empty slots before them, and the last
call of a fill of more than 256 entries counts the value once. One write, at the end. ]]

local HEADER, SLOT = 16, 12
local ENTRIES_MAX, NODE_MAX = 256, 99999
local EXACT, UNITS_MAX = 9007199254740992, 4294967295

local function whole(text, low, high)
  local n = tonumber(text)
  if not n or n < low or n > high or n % 1 ~= 0 then return nil end
  return n
end

local generation = whole(ARGV[1], 1, EXACT)
local mark = whole(ARGV[2], 0, EXACT)
local filled = whole(ARGV[3], -1, NODE_MAX + 1)
local count = (#ARGV - 3) / 3
if not generation or not filled or (mark ~= 0 and mark ~= generation) then
  return redis.error_reply('BADARGS generation or mark')
end
if count % 1 ~= 0 or count < 0 or count > ENTRIES_MAX then
  return redis.error_reply('BADARGS number of entries')
end

local nodes, versions, units, seen, top = {}, {}, {}, {}, -1
for i = 1, count do
  local node = whole(ARGV[3 * i + 1], 0, NODE_MAX)
  local version = whole(ARGV[3 * i + 2], 1, EXACT)
  local available = whole(ARGV[3 * i + 3], 0, UNITS_MAX)
  if not node or not version or not available or seen[node] then
    return redis.error_reply('BADARGS entry ' .. i)
  end
  seen[node] = true
  nodes[i], versions[i], units[i] = node, version, available
  if node > top then top = node end
end

local function integer(n) return string.format('%.0f', n) end

local kind = redis.call('TYPE', KEYS[1]).ok
local length = kind == 'string' and redis.call('STRLEN', KEYS[1]) or 0
local known = kind == 'string' and length >= HEADER and (length - HEADER) % SLOT == 0
if kind ~= 'none' and not known and mark == 0 then
  return redis.error_reply('BADVALUE ' .. kind .. ' of ' .. length .. ' bytes')
end

-- u63 at one bit further reads a big-endian u64 below 2^63: BITFIELD has no u64.
local stored, stored_mark = 0, 0
local old = {}
if known then
  local read = {'BITFIELD', KEYS[1], 'GET', 'u63', 1, 'GET', 'u63', 65}
  for i = 1, count do
    local at = (HEADER + SLOT * nodes[i]) * 8
    local n = #read
    read[n + 1], read[n + 2], read[n + 3] = 'GET', 'u63', integer(at + 1)
    read[n + 4], read[n + 5], read[n + 6] = 'GET', 'u32', integer(at + 64)
  end
  old = redis.call(unpack(read))
  stored, stored_mark = old[1], old[2]
end

local answer = {}
if stored > generation then
  for i = 1, count do answer[i] = 'OLD_GENERATION' end
  answer[count + 1] = 'UNMARKED'
  return answer
end

local fresh = not known or stored < generation
local slots = {} -- what a fresh value holds
local writes = {'BITFIELD', KEYS[1]} -- what an older value of this generation gets
local added = 0

local function set(width, at, n)
  local last = #writes
  writes[last + 1], writes[last + 2] = 'SET', width
  writes[last + 3], writes[last + 4] = integer(at), integer(n)
end

for i = 1, count do
  local version = fresh and 0 or old[2 * i + 1]
  local available = fresh and 0 or old[2 * i + 2]
  if version < versions[i] then
    answer[i] = 'NEW'
    if version == 0 then added = added + 1 end
    local at = (HEADER + SLOT * nodes[i]) * 8
    slots[nodes[i]] = struct.pack('>I8I4', versions[i], units[i])
    set('u63', at + 1, versions[i])
    set('u32', at + 64, units[i])
  elseif version > versions[i] then
    answer[i] = 'AHEAD ' .. integer(version) .. ' ' .. integer(available)
  elseif available == units[i] then
    answer[i] = 'SAME'
  else
    answer[i] = 'CONFLICT ' .. integer(version) .. ' ' .. integer(available)
  end
end

local function holds_enough()
  if filled <= count then return true end
  if fresh then return false end
  local value, held = redis.call('GET', KEYS[1]), added
  for at = HEADER + 1, #value, SLOT do
    if not string.find(value, '^%z%z%z%z%z%z%z%z', at) then held = held + 1 end
  end
  return held >= filled
end

local marked = not fresh and stored_mark == generation
if not marked and mark > 0 and filled >= 0 and holds_enough() then
  set('u63', 65, mark)
  marked = true
end

if fresh then
  local parts = {struct.pack('>I8I8', generation, marked and mark or 0)}
  for node = 0, top do
    parts[node + 2] = slots[node] or string.rep('\0', SLOT)
  end
  redis.call('SET', KEYS[1], table.concat(parts))
elseif #writes > 2 then
  redis.call(unpack(writes))
end

answer[count + 1] = marked and 'MARKED' or 'UNMARKED'
return answer
