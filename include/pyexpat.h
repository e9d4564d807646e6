/* The C API of the module `pyexpat`, through a capsule. <expat.h> is the includer's. */
#ifndef Py_PYEXPAT_H
#define Py_PYEXPAT_H

#define PyExpat_CAPI_MAGIC "pyexpat.expat_CAPI 1.1"
#define PyExpat_CAPSULE_NAME "pyexpat.expat_CAPI"

struct PyExpat_CAPI {
    char *magic;
    int size;
    int MAJOR_VERSION;
    int MINOR_VERSION;
    int MICRO_VERSION;
    const XML_LChar *(*ErrorString)(enum XML_Error);
    enum XML_Error (*GetErrorCode)(XML_Parser);
    XML_Size (*GetErrorColumnNumber)(XML_Parser);
    XML_Size (*GetErrorLineNumber)(XML_Parser);
    enum XML_Status (*Parse)(XML_Parser, const char *, int, int);
    XML_Parser (*ParserCreate_MM)(const XML_Char *, const XML_Memory_Handling_Suite *, const XML_Char *);
    void (*ParserFree)(XML_Parser);
    void (*SetCharacterDataHandler)(XML_Parser, XML_CharacterDataHandler);
    void (*SetCommentHandler)(XML_Parser, XML_CommentHandler);
    void (*SetDefaultHandlerExpand)(XML_Parser, XML_DefaultHandler);
    void (*SetElementHandler)(XML_Parser, XML_StartElementHandler, XML_EndElementHandler);
    void (*SetNamespaceDeclHandler)(XML_Parser, XML_StartNamespaceDeclHandler, XML_EndNamespaceDeclHandler);
    void (*SetProcessingInstructionHandler)(XML_Parser, XML_ProcessingInstructionHandler);
    void (*SetUnknownEncodingHandler)(XML_Parser, XML_UnknownEncodingHandler, void *);
    void (*SetUserData)(XML_Parser, void *);
    void (*SetStartDoctypeDeclHandler)(XML_Parser, XML_StartDoctypeDeclHandler);
    enum XML_Status (*SetEncoding)(XML_Parser, const XML_Char *);
    int (*DefaultUnknownEncodingHandler)(void *, const XML_Char *, XML_Encoding *);
    int (*SetHashSalt)(XML_Parser, unsigned long);
    XML_Bool (*SetReparseDeferralEnabled)(XML_Parser, XML_Bool);
    XML_Bool (*SetAllocTrackerActivationThreshold)(XML_Parser, unsigned long long);
    XML_Bool (*SetAllocTrackerMaximumAmplification)(XML_Parser, float);
    XML_Bool (*SetBillionLaughsAttackProtectionActivationThreshold)(XML_Parser, unsigned long long);
    XML_Bool (*SetBillionLaughsAttackProtectionMaximumAmplification)(XML_Parser, float);
    XML_Bool (*SetHashSalt16Bytes)(XML_Parser, const uint8_t[16]);
};

#endif
