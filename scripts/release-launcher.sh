#!/bin/sh
# Runs huxin with the Node that came with it. It needs nothing of the machine's PATH.
self=$0
while [ -L "$self" ]; do
  target=$(PATH=/usr/bin:/bin readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=${self%/*}/$target ;;
  esac
done
case $self in
  */*) home=${self%/*}/.. ;;
  *) home=.. ;;
esac
home=$(cd "$home" && pwd -P) || exit 1

# Signatures are made and checked on the thread pool, which is made when node starts: one thread for each core.
if [ -z "${UV_THREADPOOL_SIZE:-}" ]; then
  UV_THREADPOOL_SIZE=$(PATH=/usr/bin:/bin getconf _NPROCESSORS_ONLN 2>/dev/null) || UV_THREADPOOL_SIZE=4
  export UV_THREADPOOL_SIZE
fi
NODE_ENV=production
export NODE_ENV
exec "$home/runtime/node" "$home/dist/node/cli/main.js" "$@"
