# cmake -DPROGRAM= -DNAME= -DEXPECTED= [-DUPDATE=ON] -P compare.cmake: what `rm-demo run NAME` prints
# must be EXPECTED, and the fixed variant must print nothing.
execute_process(COMMAND ${PROGRAM} run ${NAME} OUTPUT_VARIABLE got RESULT_VARIABLE rc)
if(UPDATE)
  file(WRITE ${EXPECTED} "${got}")
endif()
file(READ ${EXPECTED} expected)
if(NOT rc EQUAL 0 OR NOT got STREQUAL expected OR got STREQUAL "")
  message(FATAL_ERROR "${NAME} (${rc}) printed:\n${got}\nexpected:\n${expected}")
endif()
execute_process(COMMAND ${PROGRAM} run ${NAME} --fixed OUTPUT_VARIABLE got RESULT_VARIABLE rc)
if(NOT rc EQUAL 0 OR NOT got STREQUAL "")
  message(FATAL_ERROR "${NAME} --fixed (${rc}) printed:\n${got}")
endif()
